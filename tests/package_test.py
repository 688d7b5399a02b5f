"""What `cmake --install` and the Debian package put on a machine: package_test.py SOURCE BUILD.

The package is made of the build folder, installed, its unit's command is run as the unit's user
with a socket in the place of systemd's, stopped, removed and purged. That part needs root and a
machine without hikae; it is skipped, with the reason, where either is missing. No network.
"""

import os
import pathlib
import pwd
import shlex
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
import unittest

SOURCE = BUILD = None
DATA = pathlib.Path("/var/lib/hikae")
CONFIG = pathlib.Path("/etc/hikae/hikae.yaml")
WANTED = pathlib.Path("/etc/systemd/system/multi-user.target.wants/hikae.service")
UNIT = pathlib.Path("/lib/systemd/system/hikae.service")
PATIENCE_S = 60


def run(*words, **options):
    """Its output; a failure shows what it said."""
    done = subprocess.run([str(word) for word in words], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=PATIENCE_S, **options)
    if done.returncode != 0:
        raise AssertionError(f"{words}: exit code {done.returncode}\n{done.stdout}")
    return done.stdout


def dpkg(*words):
    """Another dpkg may hold the lock for a moment."""
    for _ in range(10):
        try:
            return run("dpkg", *words, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
        except AssertionError as problem:
            if "lock" not in str(problem):
                raise
            time.sleep(1)
    return run("dpkg", *words)


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


class Folder(unittest.TestCase):
    """A new folder for each class of tests."""

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="hikae-package-"))

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder, ignore_errors=True)


class InstalledTree(Folder):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        run("cmake", "--install", BUILD, "--prefix", cls.folder / "local")
        cls.tree = cls.folder / "local"
        cls.hikae = cls.tree / "bin/hikae"

    def test_every_command_has_its_page(self):
        commands = [line.split()[0] for line in
                    run(self.hikae, "--help").split("Subcommands:\n")[1].splitlines()
                    if line.startswith("  ") and line[2] != " "]
        self.assertGreater(len(commands), 20)
        for command in commands:
            page = (self.tree / f"share/man/man1/hikae-{command}.1").read_text()
            for word in run(self.hikae, command, "--help").split():
                if word.startswith("--") and word.strip("-,").isalpha():
                    self.assertIn(word.strip(",").replace("-", "\\-"), page, command)

    def test_pages_are_without_mistakes(self):
        if not shutil.which("groff"):
            self.skipTest("no groff here")
        pages = sorted((self.tree / "share/man").glob("man*/*"))
        self.assertIn("hikae.yaml.5", [page.name for page in pages])
        for page in pages:
            told = subprocess.run(["groff", "-Kutf8", "-ww", "-man", "-Tutf8", "-z", page],
                                  capture_output=True, text=True, check=True).stderr
            self.assertEqual(told, "", page.name)

    def test_the_unit_names_the_program_where_it_is(self):
        unit = (self.tree / "lib/systemd/system/hikae.service").read_text()
        self.assertIn(f"ExecStart={self.hikae} up ", unit)

    def test_systemd_finds_no_mistake_in_the_unit(self):
        if not shutil.which("systemd-analyze"):
            self.skipTest("no systemd-analyze here")
        unit = self.tree / "lib/systemd/system/hikae.service"
        told = subprocess.run(["systemd-analyze", "verify", "--man=no", unit],
                              capture_output=True, text=True, check=False)
        self.assertEqual((told.returncode, told.stderr), (0, ""))

    def test_the_functions_for_aws_are_there(self):
        names = sorted(path.name for path in (self.tree / "share/hikae/functions").iterdir())
        self.assertEqual(names, ["hikae-agent-check.zip", "hikae-report.zip",
                                 "hikae-retention.zip"])

    def test_the_example_is_a_good_configuration(self):
        run(self.hikae, "check", "--strict", self.tree / "share/doc/hikae/hikae.yaml")

    def test_a_page_or_a_shell_that_is_none_is_wrong_usage(self):
        for words in (["manual", "nothing"], ["completion", "tcsh"], ["up", "--or-earlier"]):
            self.assertEqual(self.exit_code(*words), 64, words)

    def test_where_nothing_was_applied_before_a_refused_file_fails_the_start(self):
        bad = self.folder / "bad.yaml"
        bad.write_text("plans: [{name: nightly, at: half past three}]\n")
        code = self.exit_code("up", "--data", self.folder / "data", "--or-earlier", bad)
        self.assertEqual(code, 1)

    def exit_code(self, *words):
        return subprocess.run([self.hikae, *words], capture_output=True, timeout=PATIENCE_S,
                              check=False).returncode

    def test_documents_and_runbooks_are_there(self):
        for name in ("README.md", "docs/operator.md", "runbooks/backup.yaml"):
            self.assertTrue((self.tree / "share/doc/hikae" / name).is_file(), name)

    def in_bash(self, *words):
        script = self.tree / "share/bash-completion/completions/hikae"
        typed = shlex.join(("hikae",) + words)
        return run("bash", "-c", f". {script}; COMP_WORDS=({typed}); "
                   f"COMP_CWORD={len(words)}; _hikae; printf '%s\\n' \"${{COMPREPLY[@]}}\"").split()

    def test_bash_completes_commands_options_and_values(self):
        self.assertEqual(self.in_bash("sim"), ["simulate"])
        self.assertEqual(self.in_bash("up", "--list"), ["--listen"])
        self.assertEqual(self.in_bash("up", "--clock", ""), ["real", "virtual"])
        self.assertEqual(self.in_bash("simulate", "--faults", "h"), ["heavy"])
        self.assertEqual(self.in_bash("window", "en"), ["enable"])
        self.assertEqual(self.in_bash("next", "--timezone", ""), [])
        self.assertEqual(self.in_bash("up", "--faults", str(self.tree / "bin/hi")),
                         [str(self.hikae)])

    def test_zsh_takes_its_completions(self):
        if not shutil.which("zsh"):
            self.skipTest("no zsh here")
        script = self.tree / "share/zsh/site-functions/_hikae"
        self.assertTrue(script.read_text().startswith("#compdef hikae\n"))
        run("zsh", "-f", "-c", f"autoload -U compinit; compinit -D; . {script}; "
            "[[ $_comps[hikae] = _hikae ]]")

    def test_fish_completes_commands_options_and_values(self):
        if not shutil.which("fish"):
            self.skipTest("no fish here")
        script = self.tree / "share/fish/vendor_completions.d/hikae.fish"

        def offered(typed):
            told = run("fish", "--no-config", "-c", f"source {script}; complete -C '{typed}'",
                       env={**os.environ, "HOME": str(self.folder)})
            return [line.split("\t")[0] for line in told.splitlines()]

        self.assertEqual(offered("hikae simu"), ["simulate"])
        self.assertEqual(offered("hikae up --list"), ["--listen"])
        self.assertEqual(offered("hikae up --clock "), ["real", "virtual"])
        self.assertEqual(offered("hikae window ena"), ["enable"])


class Manager:
    """In systemd's place: the socket that NOTIFY_SOCKET names."""

    def __init__(self):
        self.name = f"hikae-package-test-{os.getpid()}-{time.monotonic_ns()}"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind("\0" + self.name)
        self.told = []

    def hears(self, word):
        """The next datagram that begins so."""
        self.socket.settimeout(PATIENCE_S)
        while True:
            self.told.append(self.socket.recv(4096).decode())
            if self.told[-1].startswith(word):
                return self.told[-1]

    def close(self):
        self.socket.close()


class Service:
    """The unit's command, as the unit's user, at any free port."""

    def __init__(self, manager):
        self.log = tempfile.TemporaryFile("w+")
        setting = dict(line.split("=", 1) for line in UNIT.read_text().splitlines()
                       if line.startswith(("ExecStart=", "ExecReload=", "User=")))
        self.user = setting["User"]
        self.reload_words = shlex.split(setting["ExecReload"])
        words = [word.replace(":4780", ":0") for word in shlex.split(setting["ExecStart"])]
        env = {"PATH": "/usr/bin:/bin", "HOME": str(DATA), "WATCHDOG_USEC": "400000",
               "NOTIFY_SOCKET": "@" + manager.name}
        self.process = subprocess.Popen(words, stdout=self.log, stderr=subprocess.STDOUT, env=env,
                                        **self.as_user())

    def as_user(self):
        return {"user": self.user, "group": self.user, "extra_groups": [], "cwd": DATA,
                "umask": 0o077}

    def run(self, *words):
        return run(*words, env={"PATH": "/usr/bin:/bin"}, **self.as_user())

    def said(self):
        self.log.seek(0)
        return self.log.read()

    def end(self):
        """Its exit code, by SIGTERM."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_S)

    def close(self):
        self.process.kill()
        self.process.wait()
        self.log.close()


def why_not_installed():
    if os.getuid() != 0:
        return "only root installs packages"
    if not shutil.which("dpkg-shlibdeps"):
        return "no dpkg-shlibdeps here (package dpkg-dev)"
    if DATA.exists() or CONFIG.exists() or UNIT.exists():
        return "hikae is installed on this machine, or its data are here: they are left alone"
    return None


class Package(Folder):
    """One life of the package, in the order of the methods' names."""

    @classmethod
    def setUpClass(cls):
        reason = why_not_installed()
        if reason:
            raise unittest.SkipTest(reason)
        super().setUpClass()
        cls.had_user = any(user.pw_name == "hikae" for user in pwd.getpwall())
        env = {**os.environ, "HIKAE_DEB_COMPRESSION": "gzip"}
        cls.file = run(SOURCE / "tools/package.sh", BUILD, cls.folder, env=env).strip()

    @classmethod
    def tearDownClass(cls):
        subprocess.run(["dpkg", "--purge", "hikae"], capture_output=True, check=False)
        if not cls.had_user:
            subprocess.run(["userdel", "hikae"], capture_output=True, check=False)
        super().tearDownClass()

    def start(self):
        manager = Manager()
        self.addCleanup(manager.close)
        service = Service(manager)
        self.addCleanup(service.close)
        return manager, service

    def test_1_the_package_says_what_it_needs_and_holds(self):
        needs = run("dpkg-deb", "--field", self.file, "Depends")
        for package in ("libc6", "libssl3", "libsqlite3-0", "adduser", "tzdata"):
            self.assertIn(package, needs)
        held = run("dpkg-deb", "--contents", self.file)
        for name in ("./usr/bin/hikae", "./usr/share/man/man1/hikae-up.1.gz",
                     "./usr/share/man/man5/hikae.yaml.5.gz", "." + str(UNIT),
                     "./usr/share/zsh/vendor-completions/_hikae"):
            self.assertIn(name + "\n", held)
        self.assertRegex(held, r"-rw-r----- root/root .* \./etc/hikae/hikae.yaml\n")

    def test_2_installing_makes_user_and_folders_and_starts_nothing(self):
        # Other packages' triggers (the index of man pages) run once, when it is removed.
        said = dpkg("--no-triggers", "--install", self.file)
        self.assertIn("sudo systemctl enable --now hikae", said)
        user = pwd.getpwnam("hikae")
        self.assertLess(user.pw_uid, 1000)
        self.assertEqual(user.pw_shell, "/usr/sbin/nologin")
        self.assertEqual((mode_of(DATA), DATA.owner()), (0o700, "hikae"))
        self.assertEqual((mode_of(CONFIG), CONFIG.owner(), CONFIG.group()),
                         (0o640, "root", "hikae"))
        self.assertEqual(mode_of(CONFIG.parent), 0o750)
        self.assertEqual(list(DATA.iterdir()), [])
        self.assertFalse(WANTED.is_symlink())

    def test_3_the_units_command_is_ready_alive_and_ends_well(self):
        manager, service = self.start()
        self.assertIn("STATUS=serves AWS's API at http://127.0.0.1:", manager.hears("READY=1"))
        manager.hears("WATCHDOG=1")
        manager.hears("WATCHDOG=1")
        self.assertIn("nightly", service.run("/usr/bin/hikae", "next", "--data", DATA))
        service.run(*service.reload_words)
        self.assertEqual(service.end(), 0, service.said())
        self.assertEqual(manager.hears("STOPPING=1"), "STOPPING=1")
        self.assertIn("hikae stops", service.said())

    def test_4_a_file_with_mistakes_does_not_keep_it_down(self):
        good = CONFIG.read_text()
        self.addCleanup(CONFIG.write_text, good)
        CONFIG.write_text("plans: [{name: nightly, at: half past three}]\n")
        manager, service = self.start()
        self.assertIn("STATUS=hikae.yaml was refused", manager.hears("READY=1"))
        self.assertEqual(service.end(), 0, service.said())
        self.assertIn("was not applied", service.said())

    def test_5_installing_it_again_keeps_what_was_changed(self):
        CONFIG.chmod(0o600)
        with CONFIG.open("a") as file:
            file.write("# ours\n")
        self.assertNotIn("does not run yet", dpkg("--no-triggers", "--install", self.file))
        self.assertTrue(CONFIG.read_text().endswith("# ours\n"))
        self.assertEqual(mode_of(CONFIG), 0o600)

    def test_6_removing_keeps_data_and_configuration(self):
        dpkg("--remove", "hikae")
        self.assertFalse(pathlib.Path("/usr/bin/hikae").exists())
        self.assertTrue(CONFIG.exists())
        self.assertTrue((DATA / "hikae.db").exists())

    def test_7_purging_takes_both_but_no_foreign_file_and_not_the_user(self):
        theirs = CONFIG.parent / "smtp-password"
        theirs.write_text("secret\n")
        self.addCleanup(lambda: theirs.parent.rmdir() if theirs.parent.exists() else None)
        self.addCleanup(theirs.unlink)
        WANTED.parent.mkdir(parents=True, exist_ok=True)
        WANTED.symlink_to(UNIT)
        dpkg("--purge", "hikae")
        self.assertFalse(WANTED.is_symlink())
        self.assertFalse(DATA.exists())
        self.assertFalse(CONFIG.exists())
        self.assertTrue(theirs.exists())
        pwd.getpwnam("hikae")


if __name__ == "__main__":
    SOURCE, BUILD = (pathlib.Path(word) for word in sys.argv[1:3])
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], failfast=True)
