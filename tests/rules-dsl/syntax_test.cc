// Text to tree and back: every construct that is supported, names that look like keywords, and
// mistakes that stay single. What the messages say is kept by the gallery,
// diagnostics_gallery_test.cc.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "rules-dsl/syntax/diagnostic_codes.h"
#include "rules-dsl/syntax/lexer.h"
#include "rules-dsl/syntax/parser.h"
#include "rules-dsl/syntax/printer.h"

namespace tocsin::dsl {
namespace {

struct Parsed {
  Policy policy;
  std::vector<Diagnostic> mistakes;
  std::string shown;  // the mistakes, for failures
};

Parsed parse_text(const std::string& text) {
  SourceSet sources;
  sources.add("a.rules", text);
  Diagnostics diagnostics;
  Parsed result;
  result.policy = parse(sources, diagnostics);
  result.mistakes = diagnostics.sorted();
  for (const Diagnostic& d : result.mistakes) result.shown += render_text(d, sources);
  return result;
}

std::string codes(const std::string& text) {
  std::string result;
  for (const Diagnostic& d : parse_text(text).mistakes) {
    result += (result.empty() ? "" : " ") + d.code;
  }
  return result;
}

std::string reprint(const std::string& text) {
  const Parsed parsed = parse_text(text);
  EXPECT_EQ(parsed.shown, "") << text;
  return print(parsed.policy);
}

// The expression as it is printed, from inside a `let`.
std::string reprint_expression(const std::string& text) {
  const Parsed parsed = parse_text("let x = " + text);
  EXPECT_EQ(parsed.shown, "") << text;
  return parsed.policy.lets.empty() ? "" : print(*parsed.policy.lets[0].value);
}

std::string in_rule(const std::string& clauses) { return "rule r { " + clauses + " }"; }

// ---------------------------------------------------------------- canonical text

constexpr const char* kCanonical = R"rules(policy "Credit supervision" {
  timezone "Asia/Shanghai"
  levels low < high
}

record penalty "行政处罚" {
  id from "CAMIS", "DATE"
  subject from "CAMIS"
  time from "INSPECTION DATE" format "%m/%d/%Y"
  kind one of warning, fine, "C - Crucial"
  severity one of minor < serious < grave optional
  amount decimal optional from "fine in CAD"
  due date format "%Y%m%d"
  region region
  industry industry
  ok bool
  n int
  f float
  at time
  note text
  holder text private optional from "name"
}

record empty {
}

profile {
  name, region from registration
  region from relocation
}

let serious = count(penalty where severity >= serious over 1y)
let mixed = avg(amount * 2 of penalty where a.x == 1 over 30d ago 2w over last 5) ?? 0

rule repeat_penalty "一年内屡受处罚" {
  while serious >= 3 and not exists(penalty where note is missing)
  level high when serious >= 6, low when n > 1, low otherwise
  say "{subject.name}: \{{serious}\} \"quoted\" {matches(a.note, \"\\\\d\{2\}\")}\n"
  because "国办发〔2019〕35号 (七)"
  suggest "提高抽查比例和频次"
  assign "市场监管"
}

rule phoenix {
  by controller
  on each revocation r where r.kind == fine
  then registration n within 2y where n.region.province != r.region.province
  then no fulfilment z within 3mo where z.id == r.id
  once per 365d
  level high
  for n.subject
  say ""
}

rule broken {
  on commitment c
  then no fulfilment f before c.due where f.commitment == c.id
  once per c.inspection
  level low
}

test "three \"fines\"" {
  2025-01-10 penalty "A" { severity serious, region "330106", amount -62.5, n -3, f -0.00001, ok true, due "2025-03-01" }
  2025-03-01T08:00:00.5+08:00 penalty "A"
  clock 2026-12-01
  expect repeat_penalty for "A" at 2025-06-01 level low until 2026-01-10
  expect no broken
  expect phoenix open 3 times
}
)rules";

TEST(Syntax, CanonicalTextOfEveryConstructStaysAsItIs) {
  EXPECT_EQ(reprint(kCanonical), kCanonical);
}

TEST(Syntax, CanonicalTextWithoutTestsLeavesOnlyThemOut) {
  const Parsed parsed = parse_text(kCanonical);
  const std::string all = print(parsed.policy);
  EXPECT_EQ(print(parsed.policy, PrintTests::kNo), all.substr(0, all.find("\ntest ")));
}

TEST(Syntax, LineEndsAndClauseOrderDoNotMatter) {
  std::string one_line(kCanonical);
  for (char& c : one_line) c = c == '\n' ? ' ' : c;
  EXPECT_EQ(reprint(one_line), kCanonical);

  EXPECT_EQ(reprint("rule r { say \"x\" level red then b y within 1d assign \"z\" on a x by k }"),
            reprint("rule r { by k on a x then b y within 1d level red say \"x\" assign \"z\" }"));
}

TEST(Syntax, DefaultsAreFilledIn) {
  const Policy policy = parse_text("record a { x int }").policy;
  ASSERT_EQ(policy.levels.size(), 4u);
  EXPECT_EQ(policy.levels[0].text, "blue");
  EXPECT_EQ(policy.records[0].id_from, std::vector<std::string>{"id"});
  EXPECT_EQ(policy.records[0].subject_from, "subject");
  EXPECT_EQ(policy.records[0].time_from, "time");
  EXPECT_EQ(policy.records[0].fields[0].from, "x");
}

TEST(Syntax, DeclarationsOfAllFilesAreOnePolicy) {
  SourceSet sources;
  sources.add("a.rules", "let a = 1");
  sources.add("b.rules", "let b = 2");
  Diagnostics diagnostics;
  const Policy policy = parse(sources, diagnostics);
  ASSERT_EQ(policy.lets.size(), 2u);
  EXPECT_EQ(policy.lets[1].name.span.file, 1u);
}

TEST(Syntax, ExpressionsPrintWithTheParenthesesTheyNeed) {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"a or b and not c", "a or b and not c"},
      {"(a or b) and c", "(a or b) and c"},
      {"a or (b or c) or d", "a or b or c or d"},
      {"not (a and b)", "not (a and b)"},
      {"not a == b", "not a == b"},
      {"(not a) == b", "(not a) == b"},
      {"(a == b) == c", "(a == b) == c"},
      {"a + b * c - d", "a + b * c - d"},
      {"a - (b - c)", "a - (b - c)"},
      {"(a + b) * -c", "(a + b) * -c"},
      {"-(-a)", "-(-a)"},
      {"- -a", "-(-a)"},
      {"-(a + b)", "-(a + b)"},
      {"-a.b", "-a.b"},
      {"a ?? b + 1 > c", "a ?? b + 1 > c"},
      {"(a ?? b) + 1", "(a ?? b) + 1"},
      {"a ?? (b ?? c)", "a ?? (b ?? c)"},
      {"region.province in {\"33\", \"31\"}", "region.province in {\"33\", \"31\"}"},
      {"x in {}", "x in {}"},
      {"(a and b) is missing", "(a and b) is missing"},
      {"a.b is known and c", "a.b is known and c"},
      {"starts_with(lower(a), \"x\\\"y\")", "starts_with(lower(a), \"x\\\"y\")"},
      {"count(p ago 1y over 2d where a > 1)", "count(p where a > 1 over 2d ago 1y)"},
      {"count(p over last 5 over 30d)", "count(p over 30d over last 5)"},
      {"first(x of p) == last(x of p)", "first(x of p) == last(x of p)"},
      {"min(a or b of p)", "min(a or b of p)"},
      {"stddev(x of p) + distinct(x of p)", "stddev(x of p) + distinct(x of p)"},
      {"1.50 + 1.0 + 62.5", "1.5 + 1.0 + 62.5"},
      {"0.12345 + 1.00000", "0.12345 + 1.00000"},
      {"100000000000000000000.12345", "100000000000000000000.00000"},
      {"true or false", "true or false"},
  };
  for (const auto& [text, canonical] : table) {
    EXPECT_EQ(reprint_expression(text), canonical);
    EXPECT_EQ(reprint_expression(canonical), canonical);
  }
}

TEST(Syntax, ALongChainOfAlternativesDoesNotNest) {
  std::string text = "x == 0";
  for (int i = 1; i < 5'000; ++i) text += " or x == " + std::to_string(i);
  EXPECT_EQ(reprint_expression(text), text);
  EXPECT_LE(parse_text("let x = " + text).policy.lets[0].value->height, 20);
}

TEST(Syntax, PlacesInsideMessagesAreThoseOfTheFile) {
  const std::string text = in_rule(R"(while a level red say "\"{lower(\"x\\\"\")} {bad}")");
  SourceSet sources;
  sources.add("a.rules", text);
  Diagnostics diagnostics;
  const Policy policy = parse(sources, diagnostics);
  ASSERT_FALSE(diagnostics.has_errors());
  const std::vector<TemplatePart>& parts = policy.rules[0].say->parts;
  ASSERT_EQ(parts.size(), 4u);
  EXPECT_EQ(parts[0].text, "\"");
  EXPECT_EQ(sources.text(parts[1].expression->span), R"(lower(\"x\\\"\"))");
  EXPECT_EQ(print(*parts[1].expression), R"(lower("x\""))");
  EXPECT_EQ(sources.text(parts[3].expression->span), "bad");
}

// ---------------------------------------------------------------- damage

std::vector<Token> tokens_of(const std::string& text) {
  SourceSet sources;
  const uint32_t file = sources.add("a.rules", text);
  Diagnostics diagnostics;
  std::vector<Token> tokens = lex(sources, file, diagnostics);
  tokens.pop_back();
  return tokens;
}

TEST(Syntax, OneWrongTokenGivesTwoMessagesAtMost) {
  const std::string text = kCanonical;
  for (const Token& token : tokens_of(text)) {
    const Span& span = token.span;
    std::string without = text;
    without.erase(span.begin, span.end - span.begin);
    std::string with_more = text;
    with_more.insert(span.begin, "foo ");
    std::string misspelt = text;
    if (token.kind == TokenKind::kIdentifier) misspelt.insert(span.end, "q");
    for (const std::string& damaged : {without, with_more, misspelt}) {
      const Parsed parsed = parse_text(damaged);
      EXPECT_LE(parsed.mistakes.size(), 2u) << parsed.shown;
    }
  }
}

// ---------------------------------------------------------------- names that look like keywords

TEST(Syntax, FieldsMayBeCalledLikeKeywords) {
  const std::string text =
      "record a { level int count int kind text due date date date test text text text where int "
      "over bool\noptional bool optional from text from \"from\" format text\nprivate int one one "
      "of "
      "one < of say text on text no text }";
  const Parsed parsed = parse_text(text);
  EXPECT_EQ(parsed.shown, "");
  EXPECT_EQ(parsed.policy.records[0].fields.size(), 17u);
  EXPECT_EQ(
      reprint_expression("level > count and due == over and count(a where where > over over 1d)"),
      "level > count and due == over and count(a where where > over over 1d)");
  EXPECT_EQ(codes(in_rule("while level > 2 level red when level > 3, blue otherwise")), "");
  EXPECT_EQ(
      codes(in_rule("while level\nin {1} and x ==\nlevel level red when\nlevel\nis known, blue")),
      "");
  EXPECT_EQ(codes(in_rule("on level l where l.say == l.level then on o within 1d level red")), "");
  EXPECT_EQ(codes("test \"x\" { 2025-01-10 test \"A\" { level high, due 2025-01-11, count 3 } }"),
            "");
}

TEST(Syntax, AListOfValuesGoesOnAfterEachComma) {
  const Parsed parsed = parse_text(
      "record a { kind one of x, y,\n z date date, other one of optional optional n int }");
  EXPECT_EQ(parsed.shown, "");
  const std::vector<FieldDecl>& fields = parsed.policy.records[0].fields;
  ASSERT_EQ(fields.size(), 4u);
  EXPECT_EQ(print(fields[0].type), "one of x, y, z");
  EXPECT_EQ(fields[1].name.text, "date");
  EXPECT_EQ(print(fields[2].type), "one of optional");
  EXPECT_TRUE(fields[2].optional);
  EXPECT_EQ(codes("record a { kind one of x, y, amount decimal, n int }"), kMixedList);
}

TEST(Syntax, TheKeyOfBySubjectIsTheDefault) {
  EXPECT_EQ(reprint(in_rule("by subject while a level red")),
            reprint(in_rule("while a level red")));
}

}  // namespace
}  // namespace tocsin::dsl
