#include "engine/record/json_text.h"

#include <gtest/gtest.h>

namespace tocsin {
namespace {

std::string json(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(JsonText, EscapesWhatJsonReserves) {
  EXPECT_EQ(json(""), R"("")");
  EXPECT_EQ(json("plain"), R"("plain")");
  EXPECT_EQ(json("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(json("line\nreturn\rtab\t"), R"("line\nreturn\rtab\t")");
  EXPECT_EQ(json(std::string_view("\0\x1f\x7f", 3)), "\"\\u0000\\u001f\x7f\"");
}

TEST(JsonText, KeepsUtf8AndReplacesWhatIsNot) {
  EXPECT_EQ(json("行政处罚 🔔"), "\"行政处罚 🔔\"");
  EXPECT_EQ(json("a\xFFz"), "\"a\xEF\xBF\xBDz\"");
  EXPECT_EQ(json("\xE8\xA1"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");                  // cut off
  EXPECT_EQ(json("\xC0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");                  // overlong
  EXPECT_EQ(json("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");  // surrogate
}

TEST(JsonText, RawKeepsBadBytesForTheReader) {
  std::string out;
  append_json_string_raw(out, "a\xFF\"");
  EXPECT_EQ(out, "\"a\xFF\\\"\"");
}

TEST(JsonText, NamesAreSeparatedByCommas) {
  std::string out = "{";
  append_json_name(out, "a");
  out += '1';
  append_json_name(out, "b");
  out += "2}";
  EXPECT_EQ(out, R"({"a":1,"b":2})");
}

}  // namespace
}  // namespace tocsin
