// Mistakes of syntax: each gives one message and leaves the rest readable; what the language has
// but this version lacks is refused whole; every bound on text holds at n and not at n + 1.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "rules-dsl/limits.h"
#include "rules-dsl/syntax/diagnostic_codes.h"
#include "rules-dsl/syntax/parser.h"
#include "rules-dsl/syntax/printer.h"

namespace tocsin::dsl {
namespace {

std::vector<Diagnostic> mistakes(const std::string& text) {
  SourceSet sources;
  sources.add("a.rules", text);
  Diagnostics diagnostics;
  parse(sources, diagnostics);
  return diagnostics.sorted();
}

std::string codes(const std::string& text) {
  std::string result;
  for (const Diagnostic& d : mistakes(text)) result += (result.empty() ? "" : " ") + d.code;
  return result;
}

std::string in_rule(const std::string& clauses) { return "rule r {\n" + clauses + "\n}\n"; }
std::string in_record(const std::string& items) { return "record r {\n" + items + "\n}\n"; }
std::string repeat(const std::string& text, size_t times) {
  std::string result;
  for (size_t i = 0; i < times; ++i) result += text;
  return result;
}

// ---------------------------------------------------------------- one mistake, one message

TEST(SyntaxMistakes, EachGivesOneMessage) {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"ruel x { while a level red }", kUnknownDeclaration},
      {"}", kExpected},
      {"rule x while a level red", kExpected},
      {"let x 3", kExpected},
      {"let not = 3", kReservedName},
      {"let x =", kExpected},
      {"let x = a = 3", kExpected},
      {"let x = (a", kExpected},
      {"let x = 1 < a < 3", kChainedComparison},
      {"let x = a not in {1}", kExpected},
      {"let x = a is not missing", kExpected},
      {"let x = a in 3", kExpected},
      {"let x = a == 2025-01-10", kMisplacedTime},
      {"let x = a - b > 30d", kMisplacedTime},
      {"let x = count(amount of p)", kExpected},
      {"let x = sum(p)", kExpected},
      {"let x = count(p over 30)", kExpected},
      {"let x = count(p wher a)", kExpected},
      {"let x = count(p over 1d over 2d)", kRepeated},
      {"policy \"a\" policy \"b\"", kRepeated},
      {"policy \"a\" { colour red }", kUnknownClause},
      {"policy \"a\" { levels a, b }", kMixedList},
      {"profile { a from b } profile { c from d }", kRepeated},
      {"profile { a b }", kExpected},
      {in_record("a string"), kUnknownType},
      {in_record("a\nb int"), kUnknownType},
      {in_record("a decimal(10, 2)"), kUnknownType},
      {in_record("a varchar(20) optional"), kUnknownType},
      {in_record("subject text"), kBuiltinField},
      {in_record("a one of x < y, z"), kMixedList},
      {in_record("a one of x > y"), kMixedList},
      {in_record("a int optional optional"), kRepeated},
      {in_record("time from \"x\" time from \"y\""), kRepeated},
      {in_rule("level red"), kMissingClause},
      {in_rule("while a"), kMissingClause},
      {in_rule("while a while b level red"), kRepeated},
      {in_rule("while a level red level blue"), kRepeated},
      {in_rule("while a levl red"), kUnknownClause},
      {in_rule("while a on b c level red"), kConflictingClauses},
      {in_rule("then b c within 1d level red"), kMissingClause},
      {in_rule("on a level red"), kMissingAlias},
      {in_rule("on a b within 1d level red"), kConflictingClauses},
      {in_rule("on a b then c d before e level red"), kConflictingClauses},
      {in_rule("on a b then no c d within 1d before e level red"), kConflictingClauses},
      {in_rule("on a b then no c d within 1d then e f within 1d level red"), kConflictingClauses},
      {in_rule("while a level red when b"), kOpenLevels},
      {in_rule("while a level red, blue otherwise"), kOpenLevels},
      {in_rule("while a level red say \"{}\""), kBadTemplate},
      {in_rule("while a level red say \"{a\""), kBadTemplate},
      {in_rule("while a level red say \"a}\""), kBadTemplate},
      {in_rule("while a level red say \"{a +}\""), kExpected},
      {in_rule("while a level red say \"{a b}\""), kExpected},
      {in_rule("while a level red say hello"), kExpected},
      {in_rule("while a level red once 3d"), kExpected},
      {"rule r { while a level red\nrule s { while a level red }", kExpected},
      {"test \"t\" { 2025-1-5 p \"A\" }", kBadTime},
      {"test \"t\" { 2025-01-05 p }", kExpected},
      {"test \"t\" { 2025-01-05 p \"A\" { a } }", kExpected},
      {"test \"t\" { expect a at \"2025-01-05\" }", kExpected},
      {"test \"t\" { expect a level red level red }", kRepeated},
      {"test \"t\" { foo }", kExpected},
  };
  for (const auto& [text, code] : table) {
    EXPECT_EQ(codes(text), code) << text;
    for (const Diagnostic& d : mistakes(text)) EXPECT_FALSE(d.help.empty()) << text;
  }
}

TEST(SyntaxMistakes, TheNextClauseIsReadAgain) {
  EXPECT_EQ(codes(in_rule("while count(p wher x over 1y) > 3\nlevl red\nsay hello\nbecause 3")),
            "R0101 R0103 R0101 R0101");
  EXPECT_EQ(codes(in_rule("while count(p where level ==) > 3 level red say \"x {+}\"")),
            "R0101 R0101");
  EXPECT_EQ(codes(in_rule("while x ==\nlevel red\nsay\nbecause 3")), "R0101 R0101 R0101");
}

TEST(SyntaxMistakes, TheNextDeclarationIsReadAgainEvenWithoutABrace) {
  EXPECT_EQ(codes("rule a { while x in {\"a\", \"b\"\nlevel red }\n"
                  "rule b { while (x level red }\n"
                  "record c { x }\n"
                  "test \"d\" { expect }\n"
                  "let e = \n"
                  "let f = +\n"),
            "R0101 R0101 R0107 R0101 R0101 R0101");
}

TEST(SyntaxMistakes, AMistakeOfTheLexerIsNotReportedTwice) {
  EXPECT_EQ(codes(in_rule("while count(p over 30天) > 3 && a level “red”")), "R0005 R0007 R0007");
  EXPECT_EQ(codes(in_rule("while a > @ level red")), kBadCharacter);
  EXPECT_EQ(codes(in_rule("while a level red say \"abc")), kUnclosedText);
}

// ---------------------------------------------------------------- not supported yet

// ---------------------------------------------------------------- limits

struct Limit {
  const char* name;
  std::string at_limit;
  std::string beyond;
  const char* code;
};

std::string values(size_t n) {
  std::string result = "v0";
  for (size_t i = 1; i < n; ++i) result += ", v" + std::to_string(i);
  return result;
}
std::string fields(size_t n) {
  std::string result;
  for (size_t i = 0; i < n; ++i) result += "f" + std::to_string(i) + " int\n";
  return result;
}
std::string withs(size_t count) {
  std::string text = "while a level red with f0 = 1";
  for (size_t i = 1; i < count; ++i) text += ", f" + std::to_string(i) + " = 1";
  return text;
}

std::string key_parts(size_t count) {
  std::string text = "while a level red by (f0";
  for (size_t i = 1; i < count; ++i) text += ", f" + std::to_string(i);
  return text + ")";
}

std::string steps(size_t n) {
  std::string result = "on a s0";
  for (size_t i = 1; i < n; ++i) result += " then a s" + std::to_string(i) + " within 1d";
  return result + " level red";
}
std::string numbered(const std::string& before, const std::string& after, size_t n) {
  std::string result;
  for (size_t i = 0; i < n; ++i) result += before + std::to_string(i) + after;
  return result;
}
std::string levels(size_t n) {
  return "policy \"p\" { levels l" + numbered(" < m", "", n - 1) + " }";
}
std::string id_parts(size_t n) {
  return in_record("id from \"c\"" + numbered(", \"c", "\"", n - 1));
}
std::string rules(size_t n) { return numbered("rule r", " { while a level b }\n", n); }
std::string records(size_t n) { return numbered("record r", " { a int }\n", n); }
std::string over(const std::string& span) { return "let x = count(p over " + span + ")"; }

std::vector<Limit> limits_of_text() {
  const size_t nesting = limits::kNestingMax;
  const size_t name = limits::kNameBytesMax;
  const auto in_parentheses = [](size_t n) {
    return "let x = " + repeat("(", n) + "a" + repeat(")", n);
  };
  const int64_t years = limits::kDurationYearsMax;
  const auto n = [](int64_t count, const char* unit) { return std::to_string(count) + unit; };
  return {
      {"name", "let " + repeat("x", name) + " = 1", "let " + repeat("x", name + 1) + " = 1",
       kNameTooLong},
      {"parentheses", in_parentheses(nesting - 1), in_parentheses(nesting), kNestedTooDeep},
      {"not", "let x = " + repeat("not ", nesting - 1) + "a",
       "let x = " + repeat("not ", nesting) + "a", kNestedTooDeep},
      {"minus", "let x = " + repeat("- ", nesting - 1) + "a",
       "let x = " + repeat("- ", nesting) + "a", kNestedTooDeep},
      {"sum", "let x = a" + repeat(" + a", nesting - 1), "let x = a" + repeat(" + a", nesting),
       kNestedTooDeep},
      {"members", "let x = a" + repeat(".a", nesting - 1), "let x = a" + repeat(".a", nesting),
       kNestedTooDeep},
      {"steps", in_rule(steps(limits::kStepsMax)), in_rule(steps(limits::kStepsMax + 1)), kTooMany},
      {"fields of with", in_rule(withs(limits::kWithMax)), in_rule(withs(limits::kWithMax + 1)),
       kTooMany},
      {"parts of a key", in_rule(key_parts(limits::kKeyPartsMax)),
       in_rule(key_parts(limits::kKeyPartsMax + 1)), kTooMany},
      {"rules", rules(limits::kRulesMax), rules(limits::kRulesMax + 1), kTooMany},
      {"record types", records(limits::kRecordTypesMax), records(limits::kRecordTypesMax + 1),
       kTooMany},
      {"levels", levels(limits::kLevelsMax), levels(limits::kLevelsMax + 1), kTooMany},
      {"columns of an id", id_parts(limits::kIdPartsMax), id_parts(limits::kIdPartsMax + 1),
       kTooMany},
      {"fields", in_record(fields(limits::kFieldsMax)), in_record(fields(limits::kFieldsMax + 1)),
       kTooMany},
      {"values", in_record("a one of " + values(limits::kEnumValuesMax)),
       in_record("a one of " + values(limits::kEnumValuesMax + 1)), kTooMany},
      {"last", over("last " + n(limits::kLastNMax, "")),
       over("last " + n(limits::kLastNMax + 1, "")), kTooMany},
      {"last one", over("last 1"), over("last 0"), kTooMany},
      {"years", over(n(years, "y")), over(n(years + 1, "y")), kBadDuration},
      {"months", over(n(years * 12, "mo")), over(n(years * 12 + 1, "mo")), kBadDuration},
      {"days", over(n(years * 366, "d")), over(n(years * 366 + 1, "d")), kBadDuration},
      {"hours", over(n(years * 366 * 24, "h")), over(n(years * 366 * 24 + 1, "h")), kBadDuration},
      {"milliseconds", over(n(years * 366 * 86'400'000, "ms")),
       over(n(years * 366 * 86'400'000 + 1, "ms")), kBadDuration},
      {"one day", over("1d"), over("0d"), kBadDuration},
  };
}

TEST(SyntaxLimits, HoldAtTheLimitAndNotBeyond) {
  for (const Limit& limit : limits_of_text()) {
    EXPECT_EQ(codes(limit.at_limit), "") << limit.name;
    EXPECT_EQ(codes(limit.beyond), limit.code) << limit.name;
  }
}

TEST(SyntaxLimits, AbsenceCountsAsAStep) {
  const std::string absence = " then no a z within 1d";
  EXPECT_EQ(codes(in_rule(steps(limits::kStepsMax - 1) + absence)), "");
  EXPECT_EQ(codes(in_rule(steps(limits::kStepsMax) + absence)), kTooMany);
}

TEST(SyntaxLimits, NestingInAnyMixtureStaysWithinTheLimit) {
  const std::string chain = repeat("(", 150) + "a" + repeat(" + a)", 150);
  EXPECT_EQ(codes("let x = " + chain), "");
  EXPECT_EQ(codes("let x = not (" + chain + " + a" + repeat(" + a", 60) + " > 1)"), kNestedTooDeep);
}

TEST(SyntaxLimits, APolicyAtTheSizeLimitIsReadAndALargerOneIsNot) {
  const std::string decl = "let x = 1\n";
  const std::string full =
      decl + "//" + std::string(limits::kPolicyBytesMax - decl.size() - 2, ' ');
  EXPECT_EQ(codes(full), "");
  EXPECT_EQ(codes(full + ' '), kPolicyTooLarge);
}

}  // namespace
}  // namespace tocsin::dsl
