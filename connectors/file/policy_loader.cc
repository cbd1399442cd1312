#include "connectors/file/policy_loader.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "connectors/file/byte_source.h"
#include "rules-dsl/limits.h"

namespace tocsin {
namespace {

namespace fs = std::filesystem;

Error unreadable(const fs::path& path, const std::error_code& code) {
  return {ErrorKind::kEnvironment, fmt::format("cannot read {}: {}", path.string(), code.message()),
          "check the permissions"};
}

bool is_hidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

// What stands in the way of reading this entry of a policy's folder as a file of rules.
std::optional<Error> find_obstacle(const fs::directory_entry& entry) {
  std::error_code code;
  const std::string path = entry.path().string();
  if (!entry.exists(code)) {
    return Error{ErrorKind::kInput, fmt::format("{} is a link to a file that is not there", path),
                 "remove the link or restore the file"};
  }
  if (entry.is_directory(code)) {
    return Error{ErrorKind::kInput, fmt::format("{} is a folder, named like a file of rules", path),
                 "rename it: the *.rules files in it are read whatever its name is"};
  }
  return std::nullopt;
}

Result<std::vector<fs::path>> rules_files(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code code;
  fs::recursive_directory_iterator entry(folder, code);
  for (; !code && entry != fs::recursive_directory_iterator(); entry.increment(code)) {
    if (is_hidden(entry->path())) {
      entry.disable_recursion_pending();
    } else if (entry->path().extension() == ".rules") {
      if (const auto obstacle = find_obstacle(*entry)) return *obstacle;
      files.push_back(entry->path());
    }
  }
  if (code) return unreadable(folder, code);
  if (files.empty()) {
    return Error{ErrorKind::kInput, fmt::format("no *.rules file in {}", folder.string()),
                 "a policy is a folder of *.rules files, or one such file"};
  }
  std::sort(files.begin(), files.end());
  return files;
}

// Appends the whole file to `text`; stops as soon as it is over the limit.
Status read_text(const std::string& path, size_t bytes_max, std::string& text) {
  Result<std::unique_ptr<ByteSource>> source = open_plain(path);
  if (!source) return source.error();
  constexpr size_t kReadBytes = 64u << 10;
  for (;;) {
    const size_t filled = text.size();
    text.resize(filled + kReadBytes);
    Result<size_t> got = (*source)->read(text.data() + filled, kReadBytes);
    if (!got) return got.error();
    text.resize(filled + *got);
    if (*got == 0) return Done{};
    if (text.size() > bytes_max) {
      return Error{ErrorKind::kInput,
                   fmt::format("the policy is larger than {} MiB, at {}",
                               limits::kPolicyBytesMax >> 20, path),
                   "leave out what is not rules, or split the policy"};
    }
  }
}

}  // namespace

Result<dsl::SourceSet> read_policy(const std::string& path) {
  std::error_code code;
  const fs::file_status status = fs::status(path, code);
  if (!fs::exists(status)) {
    return Error{ErrorKind::kInput,
                 fmt::format("cannot open the policy {}: no such file or folder", path),
                 "check the path"};
  }
  std::vector<fs::path> files{path};
  if (fs::is_directory(status)) {
    Result<std::vector<fs::path>> found = rules_files(path);
    if (!found) return found.error();
    files = std::move(*found);
  }

  dsl::SourceSet sources;
  size_t total_bytes = 0;
  for (const fs::path& file : files) {
    std::string text;
    const Status read = read_text(file.string(), limits::kPolicyBytesMax - total_bytes, text);
    if (!read) return read.error();
    total_bytes += text.size();
    sources.add(file.string(), std::move(text));
  }
  return sources;
}

Result<LoadedPolicy> load_policy(const std::string& path, plan::PlanOptions options) {
  Result<dsl::SourceSet> sources = read_policy(path);
  if (!sources) return sources.error();
  LoadedPolicy loaded{std::move(*sources), {}};
  loaded.compiled = dsl::compile(loaded.sources, options);
  return loaded;
}

}  // namespace tocsin
