"""zip_bootstrap.py PROGRAM ZIP: a function's zip for Lambda's provided.al2023.

One entry, `bootstrap`, executable. The same program gives the same bytes: no time, no owner.
"""
import sys
import zipfile


def main():
    program, out = sys.argv[1:]
    entry = zipfile.ZipInfo("bootstrap", (1980, 1, 1, 0, 0, 0))
    entry.create_system = 3  # Unix, whose modes Lambda reads
    entry.external_attr = 0o100755 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    with open(program, "rb") as file, zipfile.ZipFile(out, "w") as zipped:
        zipped.writestr(entry, file.read(), compresslevel=6)


main()
