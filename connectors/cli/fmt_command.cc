#include "connectors/cli/fmt_command.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "connectors/cli/line_diff.h"
#include "connectors/cli/policy_report.h"
#include "connectors/file/policy_loader.h"
#include "rules-dsl/limits.h"
#include "rules-dsl/syntax/formatter.h"
#include "rules-dsl/syntax/parser.h"

namespace tocsin {
namespace {

namespace fs = std::filesystem;

constexpr char kStandardInput[] = "-";

Result<dsl::SourceSet> read_standard_input() {
  std::string text;
  std::array<char, 64u << 10> buffer;
  for (;;) {
    const ssize_t got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      return Error{ErrorKind::kEnvironment,
                   fmt::format("cannot read standard input: {}", std::strerror(errno)), ""};
    }
    if (got == 0) break;
    text.append(buffer.data(), static_cast<size_t>(got));
    if (text.size() > limits::kPolicyBytesMax) break;  // the parser refuses it
  }
  dsl::SourceSet sources;
  sources.add("standard input", std::move(text));
  return sources;
}

Error cannot_write(const fs::path& path) {
  return {ErrorKind::kEnvironment,
          fmt::format("cannot write {}: {}", path.string(), std::strerror(errno)),
          "the file is as it was; check the permissions and the disk"};
}

bool write_whole(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t put = ::write(descriptor, text.data(), text.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return false;
    text.remove_prefix(static_cast<size_t>(put));
  }
  return ::fsync(descriptor) == 0;
}

// The file is the old one or the new one, never half of it; a link stays a link.
Status replace_file(const std::string& shown, std::string_view text) {
  std::error_code code;
  const fs::path path = fs::canonical(shown, code);
  struct stat status {};
  if (code || ::stat(path.c_str(), &status) != 0) return cannot_write(shown);
  const std::string draft = path.string() + ".fmt";
  const int descriptor =
      ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, status.st_mode & 07777);
  if (descriptor < 0) return cannot_write(draft);
  const bool written =
      ::fchmod(descriptor, status.st_mode & 07777) == 0 && write_whole(descriptor, text);
  ::close(descriptor);
  if (written && ::rename(draft.c_str(), path.c_str()) == 0) return Done{};
  const Error error = cannot_write(path);
  ::unlink(draft.c_str());
  return error;
}

class Formatting {
 public:
  Formatting(const FmtOptions& options, Console& console) : options_(options), console_(console) {}

  ExitCode run(const dsl::SourceSet& sources, const dsl::Layout& layout) {
    for (uint32_t file = 0; file < sources.size(); ++file) {
      const Status taken = take(sources.file(file), dsl::format(sources, file, layout[file]));
      if (!taken) return console_.fail(taken.error());
    }
    if (options_.check && changed_ > 0) {
      console_.note(fmt::format("{} of {} would be changed; `tocsin fmt {}` does it", changed_,
                                counted(sources.size(), "file"), options_.policy));
      return kExitInput;
    }
    return kExitFine;
  }

 private:
  Status take(const dsl::SourceFile& file, const std::string& formatted) {
    const bool changes = formatted != file.text;
    if (changes) ++changed_;
    if (options_.check) {
      if (changes) show(file, formatted);
      return Done{};
    }
    if (options_.policy == kStandardInput) {
      if (!formatted.empty()) {
        console_.line(std::string_view(formatted).substr(0, formatted.size() - 1));
      }
      return Done{};
    }
    if (!changes) return Done{};
    if (const Status written = replace_file(file.path, formatted); !written) return written;
    console_.line(fmt::format("{}: laid out anew", file.path));
    return Done{};
  }

  void show(const dsl::SourceFile& file, const std::string& formatted) {
    for (const std::string& line : line_diff(file.text, formatted)) {
      if (!console_.line(fmt::format("{}:{}", file.path, printable(line)))) return;
    }
  }

  const FmtOptions& options_;
  Console& console_;
  size_t changed_ = 0;
};

}  // namespace

ExitCode run_fmt(const FmtOptions& options, Console& console) {
  Result<dsl::SourceSet> sources =
      options.policy == kStandardInput ? read_standard_input() : read_policy(options.policy);
  if (!sources) return console.fail(sources.error());
  LoadedPolicy loaded{std::move(*sources), {}};
  dsl::Layout layout;
  loaded.compiled.policy = dsl::parse(loaded.sources, loaded.compiled.diagnostics, &layout);
  if (loaded.compiled.diagnostics.has_errors()) {
    report_diagnostics(loaded, console);
    return kExitInput;
  }
  return Formatting(options, console).run(loaded.sources, layout);
}

}  // namespace tocsin
