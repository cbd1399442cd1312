#include "rules-dsl/check/report.h"

#include <cstdio>

namespace tocsin::dsl::checking {
namespace {

constexpr size_t kQuotedBytesMax = 60;  // a longer expression would hide the sentence around it
constexpr size_t kListedMax = 12;       // names in one help line

Severity severity_of(Code code) {
  for (const CodeEntry& entry : kCheckCodes) {
    if (entry.code == code) return entry.severity;
  }
  return Severity::kError;
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

std::string on_one_line(std::string_view text) {
  std::string line;
  for (char c : text) {
    if (!is_blank(c)) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  return line;
}

}  // namespace

void Report::add(Code code, Span span, std::string message, Hint hint) const {
  char number[16];
  std::snprintf(number, sizeof number, "R%04u", static_cast<unsigned>(code));
  diagnostics_.add({.code = number,
                    .severity = severity_of(code),
                    .span = span,
                    .message = std::move(message),
                    .help = std::move(hint.help),
                    .fix = std::move(hint.fix)});
}

void Report::declared_twice(const Identifier& second, std::string_view what, Span first) const {
  const Place place = sources_.place(first.file, first.begin);
  add(Code::kDeclaredTwice, second.span,
      std::string(what) + " " + checking::quote(second.text) + " is declared twice",
      {.help = "it is declared first at " + sources_.file(first.file).path + ":" +
               std::to_string(place.line) + "; rename one of them",
       .fix = {}});
}

std::string Report::quote(const Expr& expr) const {
  std::string text = on_one_line(sources_.text(expr.span));
  if (text.size() > kQuotedBytesMax) {
    size_t end = kQuotedBytesMax;
    while (continues_character(text[end])) --end;
    text = text.substr(0, end) + "…";
  }
  return checking::quote(text);
}

std::string quote(std::string_view name) { return "`" + std::string(name) + "`"; }

std::string join(const std::vector<std::string>& names, std::string_view separator) {
  std::string text;
  for (size_t i = 0; i < names.size() && i < kListedMax; ++i) {
    if (i > 0) text += separator;
    text += names[i];
  }
  if (names.size() > kListedMax) text += std::string(separator) + "…";
  return text;
}

Hint nearest(std::string_view name, const std::vector<std::string>& known,
             std::string_view what_is_known) {
  const std::string near = nearest_name(name, known);
  if (!near.empty()) return {.help = "did you mean " + quote(near) + "?", .fix = near};
  if (known.empty()) return {};
  return {.help = std::string(what_is_known) + ": " + join(known), .fix = {}};
}

}  // namespace tocsin::dsl::checking
