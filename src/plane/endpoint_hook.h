// What makes botocore before 1.31 (Debian's) heed AWS_ENDPOINT_URL, as later ones do by themselves.
// Internal to this folder.
#pragma once

#include <string_view>

namespace hikae::plane {

/// Python: `heed_endpoint(url)`, to be called before boto3 is imported.
inline constexpr std::string_view kEndpointHook = R"py(
def heed_endpoint(url):
    import importlib.util, sys
    class Heeding:
        def find_spec(self, name, path, target=None):
            if name != "botocore.session":
                return None
            sys.meta_path.remove(self)
            spec = importlib.util.find_spec(name)
            load = spec.loader.exec_module
            def exec_module(module):
                load(module)
                create = module.Session.create_client
                def create_client(session, *given, **named):
                    if len(given) < 6 and not named.get("endpoint_url"):
                        named["endpoint_url"] = url
                    return create(session, *given, **named)
                module.Session.create_client = create_client
            spec.loader.exec_module = exec_module
            return spec
    sys.meta_path.insert(0, Heeding())
)py";

}  // namespace hikae::plane
