#include "engine/record/json_text.h"

#include "rules-dsl/syntax/utf8.h"

namespace tocsin {
namespace {

void append_escaped(std::string& out, unsigned char byte) {
  static constexpr char kHex[] = "0123456789abcdef";
  switch (byte) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
  }
}

// How many bytes at the start of `text` may be copied as they are; 0 when the first must be
// replaced.
size_t plain_bytes(std::string_view text, bool check_utf8) {
  const auto byte = static_cast<unsigned char>(text[0]);
  if (byte < 0x20 || byte == '"' || byte == '\\') return 0;
  if (byte < 0x80 || !check_utf8) return 1;
  const dsl::CodePoint point = dsl::decode_utf8(text, 0);
  return point.valid ? point.length : 0;
}

void append_string(std::string& out, std::string_view text, bool check_utf8) {
  out += '"';
  size_t begin = 0;
  for (size_t at = 0; at < text.size();) {
    if (const size_t plain = plain_bytes(text.substr(at), check_utf8); plain > 0) {
      at += plain;
      continue;
    }
    out.append(text, begin, at - begin);
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x80) {
      append_escaped(out, byte);
    } else {
      out += "\xEF\xBF\xBD";
    }
    begin = ++at;
  }
  out.append(text, begin, text.size() - begin);
  out += '"';
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) { append_string(out, text, true); }

void append_json_string_raw(std::string& out, std::string_view text) {
  append_string(out, text, false);
}

void append_json_name(std::string& out, std::string_view name) {
  if (!out.empty() && out.back() != '{' && out.back() != '[') out += ',';
  append_json_string(out, name);
  out += ':';
}

}  // namespace tocsin
