#include <re2/re2.h>

#include <array>

#include "rules-dsl/check/children.h"
#include "rules-dsl/check/expressions.h"
#include "rules-dsl/check/types.h"

namespace tocsin::dsl::checking {
namespace {

enum class Takes : uint8_t { kText, kPattern, kNumber, kInstant };
constexpr TypeKind kSameAsArgument = TypeKind::kError;

}  // namespace

struct Signature {
  const char* name;
  Function function;
  std::array<Takes, 2> takes;
  size_t count;
  TypeKind result;
};

namespace {

constexpr Signature kSignatures[] = {
    {"contains", Function::kContains, {Takes::kText, Takes::kText}, 2, TypeKind::kBool},
    {"starts_with", Function::kStartsWith, {Takes::kText, Takes::kText}, 2, TypeKind::kBool},
    {"ends_with", Function::kEndsWith, {Takes::kText, Takes::kText}, 2, TypeKind::kBool},
    {"matches", Function::kMatches, {Takes::kText, Takes::kPattern}, 2, TypeKind::kBool},
    {"lower", Function::kLower, {Takes::kText}, 1, TypeKind::kText},
    {"length", Function::kLength, {Takes::kText}, 1, TypeKind::kInt},
    {"abs", Function::kAbs, {Takes::kNumber}, 1, kSameAsArgument},
    {"round", Function::kRound, {Takes::kNumber}, 1, TypeKind::kInt},
    {"floor", Function::kFloor, {Takes::kNumber}, 1, TypeKind::kInt},
    {"year", Function::kYear, {Takes::kInstant}, 1, TypeKind::kInt},
    {"month", Function::kMonth, {Takes::kInstant}, 1, TypeKind::kInt},
    {"day", Function::kDay, {Takes::kInstant}, 1, TypeKind::kInt},
    {"weekday", Function::kWeekday, {Takes::kInstant}, 1, TypeKind::kInt},
    {"hour", Function::kHour, {Takes::kInstant}, 1, TypeKind::kInt},
    {"days_between", Function::kDaysBetween, {Takes::kInstant, Takes::kInstant}, 2, TypeKind::kInt},
    {"is_workday", Function::kIsWorkday, {Takes::kInstant}, 1, TypeKind::kBool},
};

static_assert(std::size(kSignatures) == std::size(kFunctionNames));

const Signature* find_signature(const std::string& name) {
  for (const Signature& signature : kSignatures) {
    if (name == signature.name) return &signature;
  }
  return nullptr;
}

// `cnt` of `count`: the same first letter, then some of the others in their order.
bool abbreviates(std::string_view shorter, std::string_view name) {
  if (shorter.size() < 2 || shorter[0] != name[0]) return false;
  size_t matched = 0;
  for (char c : name) matched += matched < shorter.size() && c == shorter[matched] ? 1 : 0;
  return matched == shorter.size();
}

Hint nearest_function(const std::string& name) {
  std::vector<std::string> names(std::begin(kAggregateNames), std::end(kAggregateNames));
  names.insert(names.end(), std::begin(kFunctionNames), std::end(kFunctionNames));
  Hint hint = nearest(name, names, "known are");
  if (!hint.fix.empty()) return {.help = hint.help, .fix = {}};  // the place is the whole call
  for (const std::string& known : names) {
    if (abbreviates(name, known)) return {.help = "did you mean " + quote(known) + "?", .fix = {}};
  }
  return hint;
}

bool accepts(Takes takes, const Type& type) {
  switch (takes) {
    case Takes::kText:
    case Takes::kPattern:
      return is_text(type);
    case Takes::kNumber:
      return is_number(type);
    case Takes::kInstant:
      return is_time_or_date(type);
  }
  return false;
}

std::string describe(Takes takes) {
  switch (takes) {
    case Takes::kText:
      return "text";
    case Takes::kPattern:
      return "a pattern in quotes";
    case Takes::kNumber:
      return "a number";
    case Takes::kInstant:
      return "a time or a date";
  }
  return {};
}

std::string describe(const Signature& signature) {
  std::string text = std::string(signature.name) + "(";
  for (size_t i = 0; i < signature.count; ++i) {
    text += (i > 0 ? ", " : "") + describe(signature.takes[i]);
  }
  return text + ")";
}

std::string how_many(size_t count) {
  if (count == 0) return "none is given";
  return std::to_string(count) + (count == 1 ? " is given" : " are given");
}

const std::string* literal_text(const Expr& expr) {
  const Literal* literal = std::get_if<Literal>(&expr.node);
  return literal == nullptr ? nullptr : std::get_if<std::string>(&literal->value);
}

}  // namespace

Type ExpressionChecker::check_call(Expr& expr, Call& call, const Scope& scope) {
  const Signature* signature = find_signature(call.name);
  if (signature == nullptr) {
    // What it holds may be the record and the conditions of an aggregate.
    for (const ExprPtr& argument : call.arguments) mark_lets_used(*argument);
    report_.add(Code::kUnknownFunction, expr.span, "unknown function " + quote(call.name),
                nearest_function(call.name));
    return {};
  }
  for (size_t i = 0; i < call.arguments.size(); ++i) {
    // A text stands for a date, or for a time, where one is needed.
    Expr& argument = *call.arguments[i];
    const std::string* text = literal_text(argument);
    const bool instant =
        i < signature->count && text != nullptr && signature->takes[i] == Takes::kInstant;
    const TypeKind kind =
        instant && Calendar::parse_date(*text) ? TypeKind::kDate : TypeKind::kTime;
    const Type expected{kind, nullptr};
    check(argument, scope, instant ? &expected : nullptr);
  }
  call.function = signature->function;
  if (call.function == Function::kIsWorkday && !context_.has_workdays) {
    report_.add(Code::kNoWorkdays, expr.span,
                "`is_workday` needs the policy's calendar of working days",
                {.help = "name it in the policy: workdays \"workdays.csv\"", .fix = {}});
  }
  if (!check_arguments(expr, call, *signature)) return {};
  if (signature->result == kSameAsArgument) return call.arguments[0]->type;
  return {signature->result, nullptr};
}

void ExpressionChecker::mark_lets_used(const Expr& expr) {
  const Name* name = std::get_if<Name>(&expr.node);
  const int let = name == nullptr ? -1 : find_in(context_.lets, name->name);
  if (let >= 0) context_.let_states[let].used = true;
  for_each_child(expr, [this](const Expr& child) { mark_lets_used(child); });
}

bool ExpressionChecker::check_arguments(const Expr& expr, const Call& call,
                                        const Signature& signature) {
  if (call.arguments.size() != signature.count) {
    report_.add(Code::kArgumentCount, expr.span,
                quote(call.name) + " takes " + std::to_string(signature.count) +
                    (signature.count == 1 ? " value, but " : " values, but ") +
                    how_many(call.arguments.size()),
                {.help = "write " + describe(signature), .fix = {}});
    return false;
  }
  bool fits = true;
  for (size_t i = 0; i < signature.count; ++i) {
    const Expr& argument = *call.arguments[i];
    if (is_error(argument.type)) {
      fits = false;
    } else if (!accepts(signature.takes[i], argument.type)) {
      report_.add(Code::kArgumentType, argument.span,
                  quote(call.name) + " needs " + describe(signature.takes[i]) + " here, but " +
                      report_.quote(argument) + " is " + checking::describe(argument.type),
                  {.help = "write " + describe(signature), .fix = {}});
      fits = false;
    } else if (argument.type.is_private) {
      report_.add(Code::kPrivateRead, argument.span,
                  quote(call.name) + " would look into a text, but " + report_.quote(argument) +
                      " is private: what stands there is a pseudonym",
                  {.help = "a private value can be compared with another one, counted and grouped "
                           "by, not read",
                   .fix = {}});
      fits = false;
    } else if (signature.takes[i] == Takes::kPattern) {
      check_pattern(argument);
    }
  }
  return fits;
}

void ExpressionChecker::check_pattern(const Expr& pattern) {
  const std::string* text = literal_text(pattern);
  if (text == nullptr) {
    report_.add(Code::kArgumentType, pattern.span,
                "the pattern of `matches` must be a text in quotes",
                {.help = "to look for another field's text, use contains(text, text)", .fix = {}});
    return;
  }
  RE2::Options options;
  options.set_log_errors(false);
  const RE2 expression(*text, options);
  if (expression.ok()) return;
  report_.add(Code::kBadPattern, pattern.span, "bad pattern: " + expression.error(),
              {.help = "the syntax is RE2's: no look-ahead, no back-references; in quotes, "
                       "a backslash is written \\\\",
               .fix = {}});
}

}  // namespace tocsin::dsl::checking
