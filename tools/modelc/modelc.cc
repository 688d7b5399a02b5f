// modelc DATA OVERLAY TABLE [SERVICE…]: compiles the service models of botocore's data folder into
// one flat table (aws/table_format.h), all of them or the named ones. Of each service the newest
// version is taken, and of that only what its operations reach. The overlay
// (tools/models-overlay.json) is merged into the models first: it adds members that are younger
// than the package. The same input gives the same bytes.
#include <algorithm>
#include <boost/json/parse.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>

#include "json_access.h"
#include "service_compiler.h"

namespace {

namespace fs = std::filesystem;
using modelc::Object;

Object read_object(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  boost::json::parse_options options;
  options.max_depth = 64;
  auto value = boost::json::parse(text, {}, options);
  if (!value.is_object()) throw std::runtime_error(path.string() + " is no JSON object");
  return std::move(value.as_object());
}

void merge(Object& into, const Object& from) {
  for (const auto& entry : from) {
    auto* there = into.if_contains(entry.key());
    if (there && there->is_object() && entry.value().is_object())
      merge(there->as_object(), entry.value().as_object());
    else if (there && there->is_array() && entry.value().is_array())
      for (const auto& item : entry.value().as_array()) there->as_array().push_back(item);
    else
      into[entry.key()] = entry.value();
  }
}

std::vector<std::string> sorted_names(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

/// The newest version's folder; empty where the folder is no service.
fs::path newest_version(const fs::path& service) {
  auto versions = sorted_names(service);
  for (auto it = versions.rbegin(); it != versions.rend(); ++it)
    if (fs::exists(service / *it / "service-2.json")) return service / *it;
  return {};
}

void compile_service(modelc::TableWriter& table, const std::string& name, const fs::path& folder,
                     Object& overlay) {
  auto model = read_object(folder / "service-2.json");
  if (const auto* extra = modelc::object_at(overlay, name)) merge(model, *extra);
  overlay.erase(name);
  Object paginators;
  const auto paginators_path = folder / "paginators-1.json";
  if (fs::exists(paginators_path)) paginators = read_object(paginators_path);
  if (const auto* extra = modelc::object_at(model, "paginators")) merge(paginators, *extra);
  modelc::ServiceCompiler(table, model, &paginators).compile(name);
}

/// The services to compile; the overlay of all others is dropped.
std::vector<std::string> wanted_services(const fs::path& data, std::vector<std::string> named,
                                         Object& overlay) {
  if (named.empty()) return sorted_names(data);
  std::sort(named.begin(), named.end());
  Object kept;
  for (const auto& name : named) {
    if (!fs::exists(data / name))
      throw std::runtime_error("no service " + name + " in " + data.string());
    if (const auto* extra = modelc::object_at(overlay, name)) kept[name] = *extra;
  }
  overlay = std::move(kept);
  return named;
}

void run(const fs::path& data, const fs::path& overlay_path, const fs::path& out_path,
         std::vector<std::string> named) {
  modelc::TableWriter table;
  auto overlay = read_object(overlay_path);
  for (const auto& name : wanted_services(data, std::move(named), overlay)) try {
      const auto folder = newest_version(data / name);
      if (!folder.empty()) compile_service(table, name, folder, overlay);
    } catch (const std::exception& error) {
      throw std::runtime_error("service " + name + ": " + error.what());
    }
  if (table.services.empty()) throw std::runtime_error("no service models in " + data.string());
  if (!overlay.empty())
    throw std::runtime_error("the overlay names a service that is not there: " +
                             std::string(overlay.begin()->key()));
  const auto bytes = table.bytes();
  std::ofstream out(out_path, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out) throw std::runtime_error("cannot write " + out_path.string());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::cerr << "usage: modelc BOTOCORE_DATA OVERLAY TABLE [SERVICE…]\n";
    return 64;
  }
  try {
    run(argv[1], argv[2], argv[3], {argv + 4, argv + argc});
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "modelc: " << error.what() << "\n";
    return 1;
  }
}
