// Text to tokens: a table of canonical text, and the mistakes of single letters.
#include "rules-dsl/syntax/lexer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "rules-dsl/syntax/diagnostic_codes.h"
#include "rules-dsl/syntax/printer.h"

namespace tocsin::dsl {
namespace {

struct Lexed {
  std::vector<Token> tokens;  // without the end
  std::vector<Diagnostic> mistakes;
};

Lexed lex_text(const std::string& text) {
  SourceSet sources;
  const uint32_t file = sources.add("a.rules", text);
  Diagnostics diagnostics;
  Lexed result{lex(sources, file, diagnostics), diagnostics.sorted()};
  EXPECT_EQ(result.tokens.back().kind, TokenKind::kEnd);
  result.tokens.pop_back();
  return result;
}

std::string show_number(const LiteralValue& value) {
  if (const auto* i = std::get_if<int64_t>(&value)) return "int " + std::to_string(*i);
  if (const auto* d = std::get_if<DecimalLiteral>(&value)) {
    return "decimal " + std::to_string(d->scaled);
  }
  return "float " + std::to_string(std::get<double>(value));
}

std::string show(const Token& token) {
  switch (token.kind) {
    case TokenKind::kIdentifier:
      return "name " + token.text;
    case TokenKind::kNumber:
      return show_number(token.number);
    case TokenKind::kDuration:
      return "span " + print(token.duration);
    case TokenKind::kString:
      return "text " + token.text;
    case TokenKind::kTime:
      return "time " + token.text;
    case TokenKind::kSymbol:
      return token.text;
    case TokenKind::kError:
      return "mistake";
    case TokenKind::kEnd:
      return "end";
  }
  return "";
}

std::string show_all(const std::string& text) {
  std::string result;
  for (const Token& token : lex_text(text).tokens) {
    result += (result.empty() ? "" : " | ") + show(token);
  }
  return result;
}

TEST(Lexer, TableOfTokens) {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"", ""},
      {"// only a comment", ""},
      {"a // b\nc", "name a | name c"},
      {"order_no _x x1", "name order_no | name _x | name x1"},
      {"处罚 金额 größe", "name 处罚 | name 金额 | name größe"},
      {"a\u3000b\u00A0c", "name a | name b | name c"},
      {"0 007 42", "int 0 | int 7 | int 42"},
      {"9223372036854775807", "int 9223372036854775807"},
      {"1.5 0.0001", "decimal 15000 | decimal 1"},
      {"1.50000", "float 1.500000"},
      {"1.x", "int 1 | . | name x"},
      {"500ms 10s 5m 2h", "span 500ms | span 10s | span 5m | span 2h"},
      {"30d 2w 3mo 1y", "span 30d | span 2w | span 3mo | span 1y"},
      {"7 workdays", "int 7 | name workdays"},
      {"2025-01-10", "time 2025-01-10"},
      {"2025-01-10T08:00 x", "time 2025-01-10T08:00 | name x"},
      {"2025-01-10T08:00:00.123456Z", "time 2025-01-10T08:00:00.123456Z"},
      {"2025-01-10T08:00:00+08:00", "time 2025-01-10T08:00:00+08:00"},
      {"2025-01-10T08:00:00-0800", "time 2025-01-10T08:00:00-0800"},
      {"2025 - 1 - 10", "int 2025 | - | int 1 | - | int 10"},
      {R"("a\"b\\c\n\t\{\}{x}")", "text a\"b\\c\n\t{}{x}"},
      {"\"\"", "text "},
      {"<= >= == != ?? -- .. < > = %", "<= | >= | == | != | ?? | -- | .. | < | > | = | %"},
      {"a<=b", "name a | <= | name b"},
      {"{}()[],.:+-*/", "{ | } | ( | ) | [ | ] | , | . | : | + | - | * | /"},
  };
  for (const auto& [text, tokens] : table) {
    EXPECT_EQ(show_all(text), tokens) << text;
    EXPECT_TRUE(lex_text(text).mistakes.empty()) << text;
  }
}

TEST(Lexer, MistakesSayWhatToWrite) {
  struct Case {
    const char* text;
    const char* code;
    const char* fix;
    const char* tokens;
  };
  const Case table[] = {
      {"\"abc", kUnclosedText, "", "mistake"},
      {"\"abc\nx", kUnclosedText, "", "mistake | name x"},
      {R"("a\d")", kBadEscape, "\\\\d", "text a"},
      {"9223372036854775808", kBadNumber, "", "mistake"},
      {"922337203685477.5808", kBadNumber, "", "mistake"},
      {"30days", kUnknownUnit, "30d", "span 1d"},
      {"3个月", kUnknownUnit, "3mo", "span 1mo"},
      {"1e5", kUnknownUnit, "", "mistake"},
      {"1.5h", kBadDuration, "", "mistake"},
      {"2025-01-10T8:00", kBadTime, "", "mistake | : | int 0"},
      {"a && b", kBadCharacter, "and", "name a | name and | name b"},
      {"a || b", kBadCharacter, "or", "name a | name or | name b"},
      {"!a", kBadCharacter, "not", "name not | name a"},
      {"a ≥ 1", kBadCharacter, ">=", "name a | >= | int 1"},
      {"，", kBadCharacter, ",", ","},
      {"１０", kBadCharacter, "10", "mistake"},
      {"“罚款”", kBadCharacter, "\"罚款\"", "text 罚款"},
      {"'x'", kBadCharacter, "\"x\"", "text x"},
      {"'x", kBadCharacter, "", "mistake"},
      {"# note", kBadCharacter, "", ""},
      {"a;", kBadCharacter, "", "name a"},
      {"@", kBadCharacter, "", "mistake"},
  };
  for (const Case& c : table) {
    const Lexed lexed = lex_text(c.text);
    ASSERT_EQ(lexed.mistakes.size(), 1u) << c.text;
    EXPECT_EQ(lexed.mistakes[0].code, c.code) << c.text;
    EXPECT_EQ(lexed.mistakes[0].fix, c.fix) << c.text;
    EXPECT_FALSE(lexed.mistakes[0].help.empty()) << c.text;
    EXPECT_EQ(show_all(c.text), c.tokens) << c.text;
  }
}

TEST(Lexer, AFileThatIsNotUtf8GivesOneMistakeAtItsFirstBadByte) {
  const Lexed lexed = lex_text("rule x \xB4\xA6\xB7\xA3 \xB4\xA6");
  ASSERT_EQ(lexed.mistakes.size(), 1u);
  EXPECT_EQ(lexed.mistakes[0].code, kBadEncoding);
  EXPECT_EQ(lexed.mistakes[0].span.begin, 7u);
  EXPECT_TRUE(lexed.tokens.empty());
}

TEST(Lexer, KnowsWhichTokensBeginALine) {
  std::string first;
  for (const Token& token : lex_text("a b\n  c // x\n\nd e").tokens) {
    if (token.first_on_line) first += token.text;
  }
  EXPECT_EQ(first, "acd");
}

TEST(Lexer, AnIdentifierIsWhatLexesAsOne) {
  for (const char* yes : {"a", "_", "level", "处罚", "x1"}) EXPECT_TRUE(is_identifier(yes)) << yes;
  for (const char* no : {"", "1x", "a b", "C - Crucial", "a-b", "，", "a\"", "\xFF"}) {
    EXPECT_FALSE(is_identifier(no)) << no;
  }
}

// ---------------------------------------------------------------- places and messages

TEST(SourceSet, CountsColumnsByCodePoints) {
  SourceSet sources;
  const uint32_t file = sources.add("a.rules",
                                    "\xEF\xBB\xBF"
                                    "ab\r\n处罚x\n");
  EXPECT_EQ(sources.place(file, 0).column, 1u);
  const Place place = sources.place(file, 4 + 6);  // behind two letters of three bytes
  EXPECT_EQ(place.line, 2u);
  EXPECT_EQ(place.column, 3u);
  EXPECT_EQ(sources.line_text(file, 0), "ab");
  EXPECT_EQ(sources.line_text(file, 10), "处罚x");
  EXPECT_EQ(sources.line_text(file, static_cast<uint32_t>(sources.file(file).text.size())), "");
}

TEST(Diagnostic, ShowsTheLineWithACaretUnderWideLetters) {
  SourceSet sources;
  sources.add("penalties.rules", "\n\tsay 处罚 > \"一千\"");
  const Diagnostic d{"R0203", Severity::kError, {0, 15, 23}, "`处罚` is a decimal", "no quotes",
                     ""};
  EXPECT_EQ(sources.text(d.span), "\"一千\"");
  EXPECT_EQ(render_text(d, sources),
            "penalties.rules:2:11: error R0203: `处罚` is a decimal\n"
            "    2 | \tsay 处罚 > \"一千\"\n"
            "      | \t           ^^^^^^\n"
            "   help: no quotes\n");
}

TEST(Diagnostic, JsonEscapesWhatItMust) {
  SourceSet sources;
  sources.add("a \"b\".rules", "x\ny");
  const Diagnostic d{"R0001", Severity::kWarning, {0, 2, 3}, "tab\tand \x01", "a\\b\n", ""};
  EXPECT_EQ(render_json({d}, sources),
            "[\n  {\"code\":\"R0001\",\"severity\":\"warning\",\"file\":\"a \\\"b\\\".rules\","
            "\"line\":2,\"column\":1,\"end_line\":2,\"end_column\":2,"
            "\"message\":\"tab\\tand \\u0001\",\"help\":\"a\\\\b\\n\",\"fix\":\"\"}\n]\n");
  EXPECT_EQ(render_json({}, sources), "[]\n");
}

TEST(Diagnostic, SortsByPlaceAndDropsRepeats) {
  Diagnostics diagnostics;
  diagnostics.add({"R2", Severity::kWarning, {0, 5, 6}, "b", "", ""});
  EXPECT_FALSE(diagnostics.has_errors());
  diagnostics.add({"R1", Severity::kError, {0, 5, 6}, "a", "", ""});
  diagnostics.add({"R3", Severity::kError, {0, 1, 2}, "c", "", ""});
  diagnostics.add({"R3", Severity::kError, {0, 1, 2}, "c", "", ""});
  EXPECT_TRUE(diagnostics.has_errors());
  std::string codes;
  for (const Diagnostic& d : diagnostics.sorted()) codes += d.code;
  EXPECT_EQ(codes, "R3R1R2");
}

TEST(Diagnostic, NearestNameAllowsAThirdOfItsLetters) {
  const std::vector<std::string> known = {"amount", "penalty", "处罚金额", "region"};
  EXPECT_EQ(nearest_name("amuont", known), "amount");  // an exchange is one step
  EXPECT_EQ(nearest_name("penaltees", known), "penalty");
  EXPECT_EQ(nearest_name("处罚全额", known), "处罚金额");
  EXPECT_EQ(nearest_name("reg", known), "");
  EXPECT_EQ(nearest_name("x", known), "");
  EXPECT_EQ(nearest_name("", known), "");
}

TEST(DiagnosticCodes, StandInOneTableSortedAndOnce) {
  const std::vector<CodeTitle>& titles = syntax_code_titles();
  for (size_t i = 1; i < titles.size(); ++i) EXPECT_LT(titles[i - 1].code, titles[i].code);
  for (const CodeTitle& title : titles) EXPECT_FALSE(title.title.empty());
}

}  // namespace
}  // namespace tocsin::dsl
