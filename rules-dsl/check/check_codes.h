// The checker's codes and what each stands for: one table, so that no code lacks a meaning.
//
// R02xx names, R03xx types, R04xx rules, levels, windows and patterns, R05xx tests. Codes are
// stable: a number is never given to another mistake. R0900 (a construct of the language that this
// version lacks) is shared with the parser.
#pragma once

#include <cstdint>

#include "rules-dsl/syntax/diagnostic.h"

namespace tocsin::dsl::checking {

enum class Code : uint16_t {
  kUnknownName = 201,
  kUnknownField = 202,
  kUnknownRecord = 203,
  kUnknownFunction = 204,
  kUnknownLevel = 205,
  kUnknownRule = 206,
  kUnknownEnumValue = 207,
  kUnknownPart = 208,
  kDeclaredTwice = 209,
  kReservedName = 210,
  kLetCycle = 211,
  kTooDeep = 212,
  kOutOfPlace = 213,
  kUnusedLet = 214,
  kUnknownZone = 215,
  kBadFormat = 216,
  kRuleCycle = 270,

  kNotACondition = 301,
  kNotANumber = 302,
  kDifferentKinds = 303,
  kNoOrder = 304,
  kDifferentEnums = 305,
  kArgumentCount = 306,
  kArgumentType = 307,
  kBadPattern = 308,
  kNotAnInstant = 309,
  kNestedAggregate = 310,
  kAggregateValue = 311,
  kClauseType = 312,
  kTypesDisagree = 313,

  kNeverTrue = 401,
  kAlwaysTrue = 402,
  kThenWithoutWithin = 403,
  kAbsenceWithoutEnd = 404,
  kKeyLacking = 405,
  kWindowNeverFills = 406,
  kOnceWithoutTrigger = 407,
  kDefaultUnused = 408,
  kListedTwice = 409,
  kDeadlineNotFixed = 410,
  kAlwaysMissing = 411,

  kTestValueType = 501,
  kTestFieldMissing = 502,
  kTestFieldTwice = 503,
  kTestTime = 504,
  kSubjectUnmentioned = 505,
  kNothingExpected = 506,
  kExpectationContradicts = 507,
  kLevelNeverGiven = 508,

  kNotSupportedYet = 900,
};

struct CodeEntry {
  Code code;
  Severity severity;
  const char* meaning;
};

inline constexpr CodeEntry kCheckCodes[] = {
    {Code::kUnknownName, Severity::kError, "a name that means nothing here"},
    {Code::kUnknownField, Severity::kError, "a field that the record or the profile lacks"},
    {Code::kUnknownRecord, Severity::kError, "a record type that is not declared"},
    {Code::kUnknownFunction, Severity::kError, "a function that does not exist"},
    {Code::kUnknownLevel, Severity::kError, "a level that the policy does not have"},
    {Code::kUnknownRule, Severity::kError, "a rule that is not declared"},
    {Code::kUnknownEnumValue, Severity::kError, "a value that the `one of` does not list"},
    {Code::kUnknownPart, Severity::kError, "a part that the value does not have"},
    {Code::kDeclaredTwice, Severity::kError, "a name declared twice"},
    {Code::kReservedName, Severity::kError, "a name that the language keeps for itself"},
    {Code::kLetCycle, Severity::kError, "a let that depends on itself"},
    {Code::kTooDeep, Severity::kError, "lets that nest too deep"},
    {Code::kOutOfPlace, Severity::kError, "a known name where it cannot be used"},
    {Code::kUnusedLet, Severity::kWarning, "a let that nothing uses"},
    {Code::kUnknownZone, Severity::kError, "a time zone that does not exist"},
    {Code::kBadFormat, Severity::kError, "a format that cannot read a time"},
    {Code::kRuleCycle, Severity::kError, "rules that rest on their own warnings"},
    {Code::kNotACondition, Severity::kError, "a condition that is neither true nor false"},
    {Code::kNotANumber, Severity::kError, "arithmetic on something else than numbers"},
    {Code::kDifferentKinds, Severity::kError, "two values that cannot be compared"},
    {Code::kNoOrder, Severity::kError, "`<` between values without an order"},
    {Code::kDifferentEnums, Severity::kError, "values of two different `one of`"},
    {Code::kArgumentCount, Severity::kError, "a function with too few or too many values"},
    {Code::kArgumentType, Severity::kError, "a function given a value of the wrong type"},
    {Code::kBadPattern, Severity::kError, "a regular expression that RE2 refuses"},
    {Code::kNotAnInstant, Severity::kError, "a text that is no time or date"},
    {Code::kNestedAggregate, Severity::kError, "an aggregate within an aggregate"},
    {Code::kAggregateValue, Severity::kError, "an aggregate over values it cannot take"},
    {Code::kClauseType, Severity::kError, "a clause given a value of the wrong type"},
    {Code::kTypesDisagree, Severity::kError, "one field that has several types"},
    {Code::kNeverTrue, Severity::kError, "a condition that can never be true"},
    {Code::kAlwaysTrue, Severity::kWarning, "a condition that is always true"},
    {Code::kThenWithoutWithin, Severity::kError, "a `then` without a bound"},
    {Code::kAbsenceWithoutEnd, Severity::kError, "a `then no` without an end"},
    {Code::kKeyLacking, Severity::kError, "a record without the field the rule groups by"},
    {Code::kWindowNeverFills, Severity::kError, "more asked of a window than it can hold"},
    {Code::kOnceWithoutTrigger, Severity::kError, "`once per` in a `while` rule"},
    {Code::kDefaultUnused, Severity::kWarning, "a default for what is never missing"},
    {Code::kListedTwice, Severity::kWarning, "a value listed twice"},
    {Code::kDeadlineNotFixed, Severity::kError, "a deadline that moves with time"},
    {Code::kAlwaysMissing, Severity::kError, "a value that is always missing"},
    {Code::kTestValueType, Severity::kError, "a test value that its field cannot hold"},
    {Code::kTestFieldMissing, Severity::kError, "a test record that lacks a field"},
    {Code::kTestFieldTwice, Severity::kError, "a test record that gives a field twice"},
    {Code::kTestTime, Severity::kError, "a time that does not exist"},
    {Code::kSubjectUnmentioned, Severity::kWarning, "an expectation about nobody in the test"},
    {Code::kNothingExpected, Severity::kWarning, "a test that expects nothing"},
    {Code::kExpectationContradicts, Severity::kError, "an expectation that nothing can meet"},
    {Code::kLevelNeverGiven, Severity::kError, "a level that the expected rule never has"},
    {Code::kNotSupportedYet, Severity::kError, "a construct that this version lacks"},
};

}  // namespace tocsin::dsl::checking
