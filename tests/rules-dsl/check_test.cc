// What the checker writes into the tree, and what it must not say. The messages themselves are in
// the gallery, diagnostics/.
#include "rules-dsl/check/check.h"

#include <gtest/gtest.h>

#include "rules-dsl/limits.h"
#include "rules-dsl/syntax/parser.h"

namespace tocsin::dsl {
namespace {

constexpr const char* kRecords = R"(
record penalty {
  amount   decimal optional
  points   int
  size     float
  note     text
  region   region
  due      date
  severity one of minor < serious < grave
  kind     one of fine, warning, "C - Crucial"
}
record notice { note text, region region, penalty text }
profile { region, note from penalty  note from notice }
)";

class Checker : public ::testing::Test {
 protected:
  // Checks the records above with `text` behind them.
  void check_policy(const std::string& text) {
    sources_ = SourceSet();
    sources_.add("test.rules", kRecords + text);
    diagnostics_ = Diagnostics();
    policy_ = parse(sources_, diagnostics_);
    ASSERT_FALSE(diagnostics_.has_errors()) << messages();
    check(policy_, sources_, diagnostics_);
  }

  // Checks `let x = EXPRESSION`, used by a rule, and returns the expression.
  const Expr& check_let(const std::string& expression) {
    check_policy("let x = " + expression +
                 "\nrule r { while exists(penalty)  level red  say \"{x}\" }");
    return *policy_.lets.at(0).value;
  }

  // Checks a condition about one penalty `p`, as the `where` of a rule.
  const Expr& check_where(const std::string& condition) {
    check_policy("rule r { on penalty p where " + condition + "  level red }");
    return *policy_.rules.at(0).steps.at(0).where;
  }

  TypeKind kind_of(const std::string& expression) { return check_let(expression).type.kind; }
  TypeKind kind_in_where(const std::string& value) {
    return std::get<Is>(check_where(value + " is known").node).value->type.kind;
  }

  std::string codes() const {
    std::string text;
    for (const Diagnostic& diagnostic : diagnostics_.sorted()) {
      text += (text.empty() ? "" : " ") + diagnostic.code;
    }
    return text;
  }

  std::string messages() const {
    std::string text;
    for (const Diagnostic& diagnostic : diagnostics_.sorted()) {
      text += render_text(diagnostic, sources_);
    }
    return text;
  }

  SourceSet sources_;
  Diagnostics diagnostics_;
  Policy policy_;
};

const Binary& binary(const Expr& expr) { return std::get<Binary>(expr.node); }
const Name& name(const Expr& expr) { return std::get<Name>(expr.node); }

// ---------------------------------------------------------------- types

TEST_F(Checker, ArithmeticWidensFromIntOverDecimalToFloat) {
  EXPECT_EQ(kind_in_where("p.points + 1"), TypeKind::kInt);
  EXPECT_EQ(kind_in_where("p.points / 2"), TypeKind::kDecimal);
  EXPECT_EQ(kind_in_where("p.points * p.amount"), TypeKind::kDecimal);
  EXPECT_EQ(kind_in_where("p.amount - p.size"), TypeKind::kFloat);
  EXPECT_EQ(kind_in_where("p.size / 2"), TypeKind::kFloat);
  EXPECT_EQ(kind_in_where("-p.points"), TypeKind::kInt);
}

TEST_F(Checker, AggregatesHaveTheTypesOfTheContract) {
  EXPECT_EQ(kind_of("count(penalty)"), TypeKind::kInt);
  EXPECT_EQ(kind_of("exists(penalty)"), TypeKind::kBool);
  EXPECT_EQ(kind_of("sum(points of penalty)"), TypeKind::kInt);
  EXPECT_EQ(kind_of("sum(amount of penalty)"), TypeKind::kDecimal);
  EXPECT_EQ(kind_of("avg(points of penalty)"), TypeKind::kDecimal);
  EXPECT_EQ(kind_of("avg(size of penalty)"), TypeKind::kFloat);
  EXPECT_EQ(kind_of("stddev(points of penalty)"), TypeKind::kFloat);
  EXPECT_EQ(kind_of("min(severity of penalty)"), TypeKind::kEnum);
  EXPECT_EQ(kind_of("max(due of penalty)"), TypeKind::kDate);
  EXPECT_EQ(kind_of("first(time of penalty)"), TypeKind::kTime);
  EXPECT_EQ(kind_of("last(kind of penalty)"), TypeKind::kEnum);
  EXPECT_EQ(kind_of("distinct(kind of penalty)"), TypeKind::kInt);
}

TEST_F(Checker, FunctionsHaveTheTypesOfTheContract) {
  EXPECT_EQ(kind_in_where("contains(p.note, \"x\")"), TypeKind::kBool);
  EXPECT_EQ(kind_in_where("matches(p.region, \"^33\")"), TypeKind::kBool);
  EXPECT_EQ(kind_in_where("lower(p.note)"), TypeKind::kText);
  EXPECT_EQ(kind_in_where("abs(p.amount)"), TypeKind::kDecimal);
  EXPECT_EQ(kind_in_where("round(p.size)"), TypeKind::kInt);
  EXPECT_EQ(kind_in_where("weekday(p.due)"), TypeKind::kInt);
  EXPECT_EQ(kind_in_where("days_between(p.time, \"2025-01-01\")"), TypeKind::kInt);
}

TEST_F(Checker, WholeNumbersKeepTheirTypeInComparisons) {
  const Expr& where = check_where("p.amount >= 1000");
  EXPECT_EQ(where.type.kind, TypeKind::kBool);
  EXPECT_EQ(binary(where).right->type.kind, TypeKind::kInt);
}

TEST_F(Checker, DefaultsTakeTheKindOfNumberOfTheOtherSide) {
  const Expr& where = check_where("(p.amount ?? -1) > 0");
  const Expr& value = *binary(where).left;
  EXPECT_EQ(value.type.kind, TypeKind::kDecimal);
  EXPECT_EQ(binary(value).right->type.kind, TypeKind::kDecimal);
  const Expr& operand = *std::get<Unary>(binary(value).right->node).operand;
  EXPECT_EQ(std::get<DecimalLiteral>(std::get<Literal>(operand.node).value).scaled, 10'000);
}

// ---------------------------------------------------------------- bindings

TEST_F(Checker, NamesAndTextsComparedWithAnEnumAreItsValues) {
  for (const char* condition : {"p.kind == \"C - Crucial\"", "\"C - Crucial\" == p.kind"}) {
    const Binary& comparison = binary(check_where(condition));
    const bool turned = std::holds_alternative<Name>(comparison.left->node);
    const Expr& value = turned ? *comparison.left : *comparison.right;
    EXPECT_EQ(name(value).binding.kind, BindingKind::kEnumValue);
    EXPECT_EQ(name(value).binding.index, 2);
    EXPECT_EQ(value.type.kind, TypeKind::kEnum);
  }
  const In& in = std::get<In>(check_where("p.severity in {minor, \"grave\"}").node);
  EXPECT_EQ(name(*in.items[0]).binding.index, 0);
  EXPECT_EQ(name(*in.items[1]).binding.index, 2);
  const Expr& latest = check_let("last(severity of penalty) ?? minor");
  EXPECT_EQ(name(*binary(latest).right).binding.kind, BindingKind::kEnumValue);
  EXPECT_EQ(codes(), "");
}

TEST_F(Checker, TextsComparedWithATimeOrADateAreReadAsOne) {
  const Expr& date = *binary(check_where("p.due > \"2025-01-31\"")).right;
  EXPECT_EQ(date.type.kind, TypeKind::kDate);
  EXPECT_EQ(std::get<std::string>(std::get<Literal>(date.node).value), "2025-01-31");
  const Expr& time = *binary(check_where("\"2025-01-31T08:00\" <= p.time")).left;
  EXPECT_EQ(time.type.kind, TypeKind::kTime);
}

TEST_F(Checker, InsideAnAggregateABareNameIsItsRecordsField) {
  check_policy(R"(
let note = count(penalty)
rule r {
  on penalty p
  then notice n within 30d where exists(penalty where note == n.note and id == p.id)
  level red when note > 3, blue
})");
  ASSERT_EQ(codes(), "");
  const Step& then = policy_.rules[0].steps[1];
  const Aggregate& aggregate = std::get<Aggregate>(then.where->node);
  EXPECT_EQ(aggregate.record_type, 0);
  const Binary& both = binary(*aggregate.where);
  const Binary& notes = binary(*both.left);
  EXPECT_EQ(name(*notes.left).binding.kind, BindingKind::kField);
  EXPECT_EQ(name(*notes.left).binding.scope, kAggregatedRecord);
  EXPECT_EQ(name(*notes.left).binding.index, 3);
  EXPECT_EQ(std::get<Member>(notes.right->node).binding.scope, 1);
  EXPECT_EQ(name(*binary(*both.right).left).binding.kind, BindingKind::kBuiltin);
  EXPECT_EQ(std::get<Member>(binary(*both.right).right->node).binding.scope, 0);
  EXPECT_EQ(name(*binary(*policy_.rules[0].levels[0].when).left).binding.kind, BindingKind::kLet);
}

TEST_F(Checker, TheAbsentRecordIsTheLastOfTheRule) {
  check_policy(R"(
rule r {
  on penalty p
  then no notice n before p.due where n.penalty == p.id
  level orange
})");
  ASSERT_EQ(codes(), "");
  const RuleDecl& rule = policy_.rules[0];
  EXPECT_EQ(rule.absence->step.record_type, 1);
  const Binary& where = binary(*rule.absence->step.where);
  EXPECT_EQ(std::get<Member>(where.left->node).binding.scope, 1);
  EXPECT_EQ(rule.absence->before->type.kind, TypeKind::kDate);
  EXPECT_EQ(rule.levels[0].index, 2);
}

TEST_F(Checker, TheKeyIsNamedByItsField) {
  check_policy(
      "rule r { by region  while count(notice) > 2 and region.province == \"33\"  level red }");
  ASSERT_EQ(codes(), "");
  const Member& part =
      std::get<Member>(binary(*binary(*policy_.rules[0].condition).right).left->node);
  EXPECT_EQ(part.binding.kind, BindingKind::kPart);
  EXPECT_EQ(part.binding.index, static_cast<int>(Part::kProvince));
  EXPECT_EQ(name(*part.object).binding.kind, BindingKind::kKey);
  EXPECT_EQ(part.object->type.kind, TypeKind::kRegion);
}

TEST_F(Checker, ProfileFieldsComeFromEveryRecordThatNamesThem) {
  const Expr& expr = check_let("subject.note");
  ASSERT_EQ(codes(), "");
  EXPECT_EQ(std::get<Member>(expr.node).binding.kind, BindingKind::kProfile);
  EXPECT_EQ(std::get<Member>(expr.node).binding.index, 1);
  const ProfileField& note = policy_.profile.fields.at(1);
  ASSERT_EQ(note.sources.size(), 2u);
  EXPECT_EQ(note.sources[0].record_type, 0);
  EXPECT_EQ(note.sources[0].field, 3);
  EXPECT_EQ(note.sources[1].record_type, 1);
  EXPECT_EQ(note.sources[1].field, 0);
  EXPECT_EQ(note.type.kind, TypeKind::kText);
}

TEST_F(Checker, LetsMayNameLetsThatComeLater) {
  check_policy("let a = b + 1  let b = count(penalty)  rule r { while a > 3  level red }");
  EXPECT_EQ(codes(), "");
  EXPECT_EQ(policy_.lets[0].value->type.kind, TypeKind::kInt);
}

// ---------------------------------------------------------------- what must not be said

TEST_F(Checker, OneMistakeIsOneMessage) {
  check_let("amout_of_it + 1 > 3 and not (amout_of_it_2 == serious) and exists(penalty)");
  EXPECT_EQ(codes(), "R0201 R0201");
  check_policy(
      "let a = nothing_here  let b = a + 1 > 2  rule r { while b and a  level red  say \"{a}\" }");
  EXPECT_EQ(codes(), "R0201");
  check_let("count(penalties where amount > 3 and kind == fine and foo.bar == 2) > 1");
  EXPECT_EQ(codes(), "R0203");
  check_policy(
      "rule r { on penalties p where p.any > 1 then notice n within 1d where p.x == n.note level "
      "red }");
  EXPECT_EQ(codes(), "R0203");
  check_policy(
      "rule r { by nothing_like_it  while count(penalty) > 2 and exists(notice)  level red }");
  EXPECT_EQ(codes(), "R0202");
  check_where("p.amount > \"many\"");
  EXPECT_EQ(codes(), "R0303");
}

TEST_F(Checker, ConditionsThatMayHoldAreLeftAlone) {
  for (const char* condition :
       {"count(penalty over 1y) == 0",
        "count(penalty over last 5) >= 5",
        "exists(penalty) == false",
        "distinct(kind of penalty over last 5) == 3",
        "avg(points of penalty) < 0.5",
        "sum(points of penalty) < 0",
        "min(severity of penalty) > minor",
        "exists(penalty where points > 3 or points < 5)",
        "exists(penalty where amount > 3 and amount <= 3.0001)",
        "exists(penalty where points > 2 and points < 4)",
        "exists(penalty where amount is missing)",
        "exists(penalty where severity >= serious and severity != grave)",
        "exists(penalty where size == 0.1 and size == 0.10000)",
        "0.1 + 0.2 < avg(points of penalty)",
        "exists(penalty where note == \"a\" or note == \"b\")",
        "exists(penalty where region.city == \"3301\" and region == \"330106\")",
        "exists(penalty where hour(time) >= 22 or hour(time) < 6)",
        "exists(penalty where time > \"2025-01-01\" and time < \"2025-01-01T00:00:01\")",
        "count(penalty) - count(notice) < 0",
        "abs(count(penalty) - 3) <= 0",
        "last(amount of penalty) ?? 0 > 3",
        "subject.note is missing"}) {
    check_let(condition);
    EXPECT_EQ(codes(), "") << condition;
  }
}

TEST_F(Checker, LimitsHoldAtTheirLastValue) {
  check_let("count(penalty over last 1000000) >= 1000000");
  EXPECT_EQ(codes(), "");
  check_let("count(penalty over last 1000000) >= 1000001");
  EXPECT_EQ(codes(), "R0406");
}

TEST_F(Checker, LongChainsOfLetsAreRefusedAndNotFollowedForEver) {
  for (const bool forward : {true, false}) {
    std::string text;
    constexpr int kLets = 10'000;
    for (int i = 0; i < kLets; ++i) {
      const int number = forward ? i : kLets - 1 - i;
      text += "let l" + std::to_string(number) + " = ";
      text += number == 0 ? "count(penalty)\n" : "l" + std::to_string(number - 1) + " + 1\n";
    }
    check_policy(text + "rule r { while l9999 > 3  level red }");
    EXPECT_EQ(codes(), "R0212");
  }
}

TEST_F(Checker, LetsDeepButWithinTheLimitAreFine) {
  std::string text = "let l0 = count(penalty)\n";  // one deep; each of the others adds one
  const int last = static_cast<int>(limits::kNestingMax) - 1;
  for (int i = 1; i <= last; ++i) {
    text += "let l" + std::to_string(i) + " = l" + std::to_string(i - 1) + " + 1\n";
  }
  check_policy(text + "rule r { while l" + std::to_string(last) + " > 1000  level red }");
  EXPECT_EQ(codes(), "");
}

TEST_F(Checker, ALargeLetOfManyRulesIsLookedThroughOnce) {
  std::string text = "let all = count(penalty where points > 0) > 0";
  for (int i = 1; i < 999; ++i) {
    text += " and count(penalty where points > " + std::to_string(i) + ") > 0";
  }
  for (int i = 0; i < 1'000; ++i) {
    text += "\nrule r" + std::to_string(i) + " { while all  level red }";
  }
  check_policy(text);
  EXPECT_EQ(codes(), "");
}

TEST_F(Checker, ManySharedLetsTakeNoTime) {
  std::string text = "let l0 = count(penalty)\n";  // written out, the last would have 2^190 terms
  for (int i = 1; i <= 190; ++i) {
    const std::string before = "l" + std::to_string(i - 1);
    text += "let l" + std::to_string(i) + " = " + before + " + " + before + "\n";
  }
  check_policy(text + "rule r { while l190 > 3  level red }");
  EXPECT_EQ(codes(), "");
}

}  // namespace
}  // namespace tocsin::dsl
