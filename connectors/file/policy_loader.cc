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

// A policy is moved and sent as a folder, so what it names lies within.
bool leads_out(const fs::path& name) {
  return name.is_absolute() || std::find(name.begin(), name.end(), "..") != name.end();
}

// Why it cannot be read is told by the compiler, at the place where the policy names it.
dsl::Attachment read_attached(const fs::path& folder, const std::string& name) {
  if (leads_out(name)) return {"", "it is not within the policy's folder"};
  const fs::path path = folder / name;
  std::error_code code;
  if (!fs::exists(path, code)) return {"", fmt::format("there is no {}", path.string())};
  if (!fs::is_regular_file(path, code)) {
    return {"", fmt::format("{} is no file", path.string())};
  }
  dsl::Attachment attachment;
  const Status read = read_text(path.string(), limits::kAttachedBytesMax, attachment.text);
  const bool too_large = attachment.text.size() > limits::kAttachedBytesMax;
  if (!read && !too_large) return {"", read.error().message};
  return attachment;
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

void attach_files(const std::string& path, dsl::SourceSet& sources) {
  std::error_code code;
  const fs::path folder =
      fs::is_directory(path, code) ? fs::path(path) : fs::path(path).parent_path();
  for (const std::string& name : dsl::attached_files(sources)) {
    sources.attach(name, read_attached(folder, name));
  }
}

Result<LoadedPolicy> load_policy(const std::string& path, plan::PlanOptions options) {
  Result<dsl::SourceSet> sources = read_policy(path);
  if (!sources) return sources.error();
  attach_files(path, *sources);
  LoadedPolicy loaded{std::move(*sources), {}};
  loaded.compiled = dsl::compile(loaded.sources, options);
  return loaded;
}

}  // namespace tocsin
