#include "connectors/cli/console.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "rules-dsl/syntax/utf8.h"

namespace tocsin {
namespace {

constexpr size_t kBufferBytes = 64u << 10;

// False when it could not all be written.
bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

bool is_terminal(int descriptor) {
  const char* kind = std::getenv("TERM");
  return ::isatty(descriptor) == 1 && (kind == nullptr || std::string_view(kind) != "dumb");
}

}  // namespace

Console::Console(int out, int err)
    : out_(out),
      err_(err),
      out_is_terminal_(is_terminal(out)),
      err_is_terminal_(is_terminal(err)) {}

Console::~Console() {
  status({});
  flush();
}

bool Console::line(std::string_view text) {
  if (!open()) return false;
  if (out_is_terminal_) status({});
  buffer_ += text;
  buffer_ += '\n';
  if (out_is_terminal_ || buffer_.size() >= kBufferBytes) return flush();
  return true;
}

bool Console::flush() {
  if (!buffer_.empty() && open() && !write_all(out_, buffer_)) {
    write_error_ = errno == 0 ? EIO : errno;
  }
  buffer_.clear();
  return open();
}

ExitCode Console::finish(ExitCode code) {
  if (flush() || write_error_ == EPIPE) return code;
  return fail({ErrorKind::kEnvironment,
               fmt::format("cannot write standard output: {}", std::strerror(write_error_)),
               "the output is not complete: mend what it goes to, then run the command again"});
}

void Console::note(std::string_view text) {
  status({});
  std::string line(text);
  line += '\n';
  write_all(err_, line);
}

ExitCode Console::fail(const Error& error) {
  flush();
  note(fmt::format("{} {}", colour("tocsin:", "1;31", err_is_terminal_), error.message));
  if (!error.remedy.empty()) note(fmt::format("  help: {}", error.remedy));
  return error.kind == ErrorKind::kInput ? kExitInput : kExitEnvironment;
}

ExitCode Console::usage(std::string_view what, std::string_view remedy) {
  fail({ErrorKind::kInput, std::string(what), std::string(remedy)});
  return kExitUsage;
}

void Console::status(std::string_view text) {
  if (!err_is_terminal_ || (text.empty() && !status_shown_)) return;
  write_all(err_, fmt::format("\r{}\x1B[K", text));
  status_shown_ = !text.empty();
}

std::string colour(std::string_view text, std::string_view sgr, bool coloured) {
  if (!coloured || sgr.empty()) return std::string(text);
  return fmt::format("\x1B[{}m{}\x1B[0m", sgr, text);
}

std::string printable(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const dsl::CodePoint point = dsl::decode_utf8(text, at);
    const bool control = point.value < 0x20 || (point.value >= 0x7F && point.value < 0xA0);
    if (point.valid && !control) {
      out += text.substr(at, point.length);
    } else {
      out += ' ';
    }
    at += point.length;
  }
  return out;
}

std::string printable_lines(std::string_view text) {
  std::string out;
  for (size_t begin = 0;;) {
    const size_t end = text.find('\n', begin);
    out += printable(text.substr(begin, end - begin));
    if (end == std::string_view::npos) return out;
    out += '\n';
    begin = end + 1;
  }
}

}  // namespace tocsin
