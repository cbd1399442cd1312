#include <algorithm>
#include <set>

#include "rules-dsl/check/declarations.h"
#include "rules-dsl/check/fields.h"
#include "rules-dsl/check/types.h"
#include "rules-dsl/value/functions.h"
#include "rules-dsl/value/uscc.h"

namespace tocsin::dsl::checking {
namespace {

const std::string* text_of(const TestValue& value) {
  const LiteralValue* literal = std::get_if<LiteralValue>(&value.value);
  return literal == nullptr ? nullptr : std::get_if<std::string>(literal);
}

template <typename T>
bool holds(const TestValue& value) {
  const LiteralValue* literal = std::get_if<LiteralValue>(&value.value);
  return literal != nullptr && std::holds_alternative<T>(*literal);
}

// A test holds what could arrive: its records must have exactly the fields that real ones must
// have, or they would be rejected and the test would show nothing.
class TestChecker {
 public:
  TestChecker(const TestDecl& test, const Context& context)
      : test_(test), context_(context), report_(context.report) {}

  void run() {
    for (const auto& event : test_.events) {
      if (const TestRecord* record = std::get_if<TestRecord>(&event)) {
        check_record(*record);
      } else {
        require_time(std::get<TestClock>(event).time);
      }
    }
    const bool whole = !context_.policy.damage.any;
    if (test_.expectations.empty() && whole) {
      report_.add(Code::kNothingExpected, title_span(),
                  "this test expects nothing, so it cannot fail",
                  {.help = "say what should come: expect RULE for \"A\" at 2025-06-01", .fix = {}});
    }
    for (const Expectation& expectation : test_.expectations) check_expectation(expectation);
  }

 private:
  // The whole block would be a long quotation; its first line is enough.
  Span title_span() const {
    const std::string_view text = context_.sources.text(test_.span);
    const size_t end = std::min(text.find_first_of("\n{"), text.size());
    const size_t last = text.substr(0, end).find_last_not_of(" \t\r");
    return {test_.span.file, test_.span.begin, test_.span.begin + static_cast<uint32_t>(last + 1)};
  }

  std::optional<int64_t> require_time(const Identifier& time) {
    const std::optional<int64_t> value = context_.calendar->parse_time(time.text);
    if (value) return value;
    report_.add(Code::kTestTime, time.span, quote(time.text) + " is not a time that exists",
                {.help = "write 2025-01-31 or 2025-01-31T08:00:00+08:00", .fix = {}});
    return std::nullopt;
  }

  // --- records

  static constexpr const char* kUsccHelp =
      "write a code whose last character fits, such as \"91350100M000100Y43\"";
  bool is_strict() const { return context_.policy.subject == SubjectKind::kUsccStrict; }

  void check_record(const TestRecord& record) {
    require_time(record.time);
    mentioned_.insert(record.subject);
    if (is_strict() && !is_uscc(record.subject)) {
      report_.add(Code::kTestSubject, record.span,
                  "\"" + record.subject +
                      "\" is not a valid credit code, which this policy asks of "
                      "subjects (`subject uscc strict`)",
                  {.help = kUsccHelp, .fix = {}});
    }
    std::set<std::string> given;
    for (const TestValue& value : record.values) {
      if (const std::string* text = text_of(value)) mentioned_.insert(*text);
      if (given.insert(value.field.text).second) continue;
      report_.add(Code::kTestFieldTwice, value.field.span,
                  "the field " + quote(value.field.text) + " is given twice",
                  {.help = "leave one of them out", .fix = {}});
    }
    const int type =
        resolve_declared(context_, record.type, "its warnings come from the rule itself");
    if (type < 0) return;
    const RecordDecl& declared = context_.policy.records[type];
    for (const TestValue& value : record.values) check_field(declared, value);
    require_fields(record, declared, given);
  }

  void require_fields(const TestRecord& record, const RecordDecl& declared,
                      const std::set<std::string>& given) {
    std::vector<std::string> missing;
    for (const FieldDecl& field : declared.fields) {
      if (!field.optional && given.count(field.name.text) == 0)
        missing.push_back(quote(field.name.text));
    }
    if (missing.empty()) return;
    report_.add(
        Code::kTestFieldMissing, record.type.span,
        "this " + declared.name.text + " lacks " + join(missing) +
            (missing.size() == 1 ? ", which is not `optional`" : ", which are not `optional`"),
        {.help = "give a value, or declare the field `optional`", .fix = {}});
  }

  void check_field(const RecordDecl& declared, const TestValue& value) {
    const std::string& name = value.field.text;
    const int field = find_field(declared, name);
    if (field >= 0) {
      check_value(declared.fields[field], value);
      return;
    }
    if (context_.policy.damage.may_declare(name)) return;
    const std::optional<Builtin> builtin = find_builtin(name);
    if (!builtin) {
      report_.add(Code::kUnknownField, value.field.span,
                  "record " + quote(declared.name.text) + " has no field " + quote(name),
                  nearest(name, field_names(declared), "its fields are"));
    } else if (*builtin != Builtin::kId) {
      report_.add(
          Code::kOutOfPlace, value.field.span, quote(name) + " is not given as a field",
          {.help = "a record begins with them: 2025-01-10 " + declared.name.text + " \"A\" { … }",
           .fix = {}});
    } else if (text_of(value) == nullptr) {
      report_.add(Code::kTestValueType, value_span(value), "an id is text",
                  {.help = "write it in quotes: id \"P-1\"", .fix = {}});
    }
  }

  void check_value(const FieldDecl& field, const TestValue& value) {
    if (is_error(field.type)) return;
    if (is_enum(field.type)) {
      check_enum_value(field, value);
      return;
    }
    Hint hint;
    if (fits(field.type, value, hint)) return;
    report_.add(Code::kTestValueType, value_span(value),
                quote(field.name.text) + " is " + describe(field.type) + ", which " + shown(value) +
                    " is not",
                std::move(hint));
  }

  void check_enum_value(const FieldDecl& field, const TestValue& value) {
    const Identifier* word = std::get_if<Identifier>(&value.value);
    const std::string* text = text_of(value);
    if (word == nullptr && text == nullptr) {
      report_.add(Code::kTestValueType, value_span(value),
                  quote(field.name.text) + " is " + describe(field.type) + ", which " +
                      shown(value) + " is not",
                  {.help = "write one of its values", .fix = {}});
      return;
    }
    const std::string& given = word != nullptr ? word->text : *text;
    if (find_value(field.type, given) >= 0) return;
    report_.add(Code::kUnknownEnumValue, word != nullptr ? word->span : value_span(value),
                quote(given) + " is not " + describe(field.type),
                nearest(given, field.type.values->values, "its values are"));
  }

  bool fits(const Type& type, const TestValue& value, Hint& hint) const {
    const std::string* text = text_of(value);
    switch (type.kind) {
      case TypeKind::kBool:
        hint.help = "write true or false";
        return holds<bool>(value);
      case TypeKind::kInt:
        hint.help = "write a whole number";
        return holds<int64_t>(value);
      case TypeKind::kDecimal:
        hint.help = "write a number with at most 4 places";
        return holds<int64_t>(value) || holds<DecimalLiteral>(value);
      case TypeKind::kFloat:
        hint.help = "write a number";
        return holds<int64_t>(value) || holds<DecimalLiteral>(value) || holds<double>(value);
      case TypeKind::kTime:
        hint.help = "write 2025-01-31 or 2025-01-31T08:00:00+08:00";
        return text != nullptr && context_.calendar->parse_time(*text).has_value();
      case TypeKind::kDate:
        hint.help = "write a day that exists: 2025-01-31";
        return text != nullptr && Calendar::parse_date(*text).has_value();
      case TypeKind::kRegion:
        hint.help = "write 6 digits in quotes: \"330106\"";
        return text != nullptr && is_region(*text);
      case TypeKind::kIndustry:
        hint.help = "write a letter, alone or with 2 to 4 digits, in quotes: \"C1310\"";
        return text != nullptr && is_industry(*text);
      case TypeKind::kUscc:
        hint.help = is_strict() ? kUsccHelp : "write a text in quotes";
        return text != nullptr && (!is_strict() || is_uscc(*text));
      default:
        hint.help = "write a text in quotes";
        return text != nullptr;
    }
  }

  // The value without its field.
  Span value_span(const TestValue& value) const {
    const std::string_view all = context_.sources.text(value.span);
    const size_t begin = all.find_first_not_of(" \t\r\n", value.field.text.size());
    if (begin == all.npos) return value.span;
    return {value.span.file, value.span.begin + static_cast<uint32_t>(begin), value.span.end};
  }

  std::string shown(const TestValue& value) const {
    return quote(context_.sources.text(value_span(value)));
  }

  // --- expectations

  void check_expectation(const Expectation& expectation) {
    const bool telling = is_telling(expectation.rule.text);
    const int rule = telling ? -1 : resolve_rule(expectation.rule);
    if (telling && (expectation.level || expectation.until || expectation.open)) {
      contradicts(
          expectation, "grade changes, assessments and draws have no level and no end",
          "say when it is told: expect " + expectation.rule.text + " for \"A\" at 2025-06-01");
    }
    if (expectation.level && !telling) check_level(expectation, rule);
    const bool whole = !context_.policy.damage.any;
    if (expectation.subject && !is_mentioned(expectation.subject->text, rule) && whole) {
      report_.add(Code::kSubjectUnmentioned, expectation.subject->span,
                  "\"" + expectation.subject->text + "\" occurs nowhere in this test",
                  nearest(expectation.subject->text, {mentioned_.begin(), mentioned_.end()},
                          "the test speaks of"));
    }
    std::optional<int64_t> at, until;
    if (expectation.at) at = require_time(*expectation.at);
    if (expectation.until) until = require_time(*expectation.until);
    if (at && until && *until <= *at) {
      contradicts(expectation, "the warning would end before it is raised",
                  "`at` is when it is raised, `until` when it is cleared");
    }
    check_clauses(expectation, rule);
  }

  // The key of a rule by several fields is made of their values.
  bool is_mentioned(const std::string& subject, int rule) const {
    const bool several = rule >= 0 && context_.policy.rules[rule].by.size() > 1;
    return several || mentioned_.count(subject) > 0;
  }

  void check_clauses(const Expectation& expectation, int rule) {
    if (expectation.open && expectation.until) {
      contradicts(expectation, "`open` means that it has no end", "leave `open` or `until` out");
    }
    if (expectation.none && expectation.times) {
      contradicts(expectation, "`no` already means 0 times", "leave `no` or the number out");
    }
    if (!expectation.until || rule < 0) return;
    const RuleDecl& expected = context_.policy.rules[rule];
    if (expected.steps.empty() || !expected.untils.empty()) return;
    contradicts(expectation, "the warnings of an `on` rule without `until` stay open",
                "leave `until` out");
  }

  void contradicts(const Expectation& expectation, std::string message, std::string help) {
    report_.add(Code::kExpectationContradicts, expectation.span, std::move(message),
                {.help = std::move(help), .fix = {}});
  }

  // What is told of scores and samples is expected like warnings.
  bool is_telling(const std::string& name) const {
    const std::vector<PublishDecl>& publishes = context_.policy.publishes;
    return find_changing(context_, name) >= 0 || find_in(context_.samples, name) >= 0 ||
           std::any_of(publishes.begin(), publishes.end(),
                       [&](const PublishDecl& one) { return one.score.text == name; });
  }

  int resolve_rule(const Identifier& name) {
    const int rule = find_in(context_.rules, name.text);
    if (rule < 0 && !context_.policy.damage.may_declare(name.text)) {
      report_.add(Code::kUnknownRule, name.span, "unknown rule " + quote(name.text),
                  nearest(name.text, context_.names_of(context_.rules), "the rules are"));
    }
    return rule;
  }

  void check_level(const Expectation& expectation, int rule) {
    const int level = resolve_level(context_, *expectation.level);
    if (level < 0 || rule < 0 || context_.policy.rules[rule].levels.empty()) return;
    std::vector<std::string> given;
    for (const LevelChoice& choice : context_.policy.rules[rule].levels) {
      if (choice.index == level || choice.index < 0) return;
      given.push_back(choice.level.text);
    }
    report_.add(Code::kLevelNeverGiven, expectation.level->span,
                "rule " + quote(expectation.rule.text) + " never has the level " +
                    quote(expectation.level->text),
                {.help = "its levels are: " + join(given), .fix = {}});
  }

  const TestDecl& test_;
  const Context& context_;
  const Report& report_;
  std::set<std::string> mentioned_;  // subjects, and texts that a `for` may turn into one
};

}  // namespace

void check_test(const TestDecl& test, const Context& context) { TestChecker(test, context).run(); }

}  // namespace tocsin::dsl::checking
