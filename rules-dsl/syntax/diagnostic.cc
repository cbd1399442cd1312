#include "rules-dsl/syntax/diagnostic.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "rules-dsl/syntax/utf8.h"

namespace tocsin::dsl {
namespace {

constexpr const char* severity_name(Severity severity) {
  return severity == Severity::kError ? "error" : "warning";
}

// Blanks as wide as `text` looks; tabs stay tabs, so that the caret lines up whatever their width.
std::string blanks_like(std::string_view text) {
  std::string result;
  for (char32_t c : code_points(text)) {
    if (c == '\t') {
      result += '\t';
    } else {
      result.append(display_width(c), ' ');
    }
  }
  return result;
}

std::string carets_under(std::string_view text) {
  int width = 0;
  for (char32_t c : code_points(text)) width += c == '\t' ? 1 : display_width(c);
  return std::string(std::max(width, 1), '^');
}

std::string snippet(Span span, const SourceSet& sources) {
  const std::string_view line = sources.line_text(span.file, span.begin);
  const char* const file_begin = sources.file(span.file).text.data();
  const size_t line_begin = line.data() - file_begin;
  const size_t from = std::min<size_t>(span.begin - line_begin, line.size());
  const size_t to = std::min<size_t>(std::max(span.end, span.begin) - line_begin, line.size());
  return fmt::format("{:5} | {}\n{:5} | {}{}\n", sources.place(span.file, span.begin).line, line,
                     "", blanks_like(line.substr(0, from)),
                     carets_under(line.substr(from, to - from)));
}

std::string json_text(std::string_view text) {
  std::string result = "\"";
  for (char c : text) {
    switch (c) {
      case '"':
        result += "\\\"";
        break;
      case '\\':
        result += "\\\\";
        break;
      case '\n':
        result += "\\n";
        break;
      case '\r':
        result += "\\r";
        break;
      case '\t':
        result += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          result += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
          result += c;
        }
    }
  }
  return result + '"';
}

std::string json_object(const Diagnostic& d, const SourceSet& sources) {
  const Place begin = sources.place(d.span.file, d.span.begin);
  const Place end = sources.place(d.span.file, std::max(d.span.begin, d.span.end));
  return fmt::format(
      R"({{"code":{},"severity":{},"file":{},"line":{},"column":{},"end_line":{},"end_column":{},)"
      R"("message":{},"help":{},"fix":{}}})",
      json_text(d.code), json_text(severity_name(d.severity)),
      json_text(sources.file(d.span.file).path), begin.line, begin.column, end.line, end.column,
      json_text(d.message), json_text(d.help), json_text(d.fix));
}

// Damerau-Levenshtein (one exchange of neighbours counts 1), with three rows of the table.
size_t edit_distance(const std::vector<char32_t>& a, const std::vector<char32_t>& b) {
  std::vector<size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      const bool exchanged = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (exchanged) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

}  // namespace

bool Diagnostics::has_errors() const {
  return std::any_of(list_.begin(), list_.end(),
                     [](const Diagnostic& d) { return d.severity == Severity::kError; });
}

std::vector<Diagnostic> Diagnostics::sorted() const {
  const auto key = [](const Diagnostic& d) {
    return std::tie(d.span.file, d.span.begin, d.code, d.span.end, d.message);
  };
  std::vector<Diagnostic> result = list_;
  std::stable_sort(result.begin(), result.end(),
                   [&](const Diagnostic& a, const Diagnostic& b) { return key(a) < key(b); });
  result.erase(
      std::unique(result.begin(), result.end(),
                  [&](const Diagnostic& a, const Diagnostic& b) { return key(a) == key(b); }),
      result.end());
  return result;
}

std::string render_text(const Diagnostic& d, const SourceSet& sources) {
  const Place place = sources.place(d.span.file, d.span.begin);
  std::string result = fmt::format("{}:{}:{}: {} {}: {}\n{}", sources.file(d.span.file).path,
                                   place.line, place.column, severity_name(d.severity), d.code,
                                   d.message, snippet(d.span, sources));
  if (!d.help.empty()) result += fmt::format("   help: {}\n", d.help);
  return result;
}

std::string render_json(const std::vector<Diagnostic>& diagnostics, const SourceSet& sources) {
  std::string result = "[";
  for (const Diagnostic& d : diagnostics) {
    if (result.size() > 1) result += ",";
    result += "\n  " + json_object(d, sources);
  }
  return result + (diagnostics.empty() ? "]\n" : "\n]\n");
}

std::string nearest_name(std::string_view name, const std::vector<std::string>& known) {
  const std::vector<char32_t> wanted = code_points(name);
  std::string nearest;
  size_t distance_max = wanted.size() / 3;
  bool found = false;
  for (const std::string& candidate : known) {
    const std::vector<char32_t> letters = code_points(candidate);
    const size_t longer = std::max(letters.size(), wanted.size());
    if (longer - std::min(letters.size(), wanted.size()) > distance_max) continue;
    const size_t distance = edit_distance(wanted, letters);
    if (distance < distance_max || (distance == distance_max && !found)) {
      nearest = candidate;
      distance_max = distance;
      found = true;
    }
  }
  return nearest;
}

}  // namespace tocsin::dsl
