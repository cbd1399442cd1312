// The codes of mistakes that the syntax knows, with their titles in one table.
//
// Groups: R00 letters and words, R01 syntax, R09 not supported. R02 to R05 (names, types, rules,
// tests) belong to rules-dsl/check/check_codes.h. A code never changes its meaning and is never
// used again.
#pragma once

#include <string_view>
#include <vector>

namespace tocsin::dsl {

inline constexpr const char* kBadEncoding = "R0001";
inline constexpr const char* kUnclosedText = "R0002";
inline constexpr const char* kBadEscape = "R0003";
inline constexpr const char* kBadNumber = "R0004";
inline constexpr const char* kUnknownUnit = "R0005";
inline constexpr const char* kBadTime = "R0006";
inline constexpr const char* kBadCharacter = "R0007";
inline constexpr const char* kNameTooLong = "R0008";
inline constexpr const char* kBadDuration = "R0009";
inline constexpr const char* kPolicyTooLarge = "R0010";

inline constexpr const char* kExpected = "R0101";
inline constexpr const char* kUnknownDeclaration = "R0102";
inline constexpr const char* kUnknownClause = "R0103";
inline constexpr const char* kRepeated = "R0104";
inline constexpr const char* kMissingClause = "R0105";
inline constexpr const char* kReservedName = "R0106";
inline constexpr const char* kUnknownType = "R0107";
inline constexpr const char* kNestedTooDeep = "R0108";
inline constexpr const char* kTooMany = "R0109";
inline constexpr const char* kChainedComparison = "R0110";
inline constexpr const char* kBadTemplate = "R0111";
inline constexpr const char* kMisplacedTime = "R0112";
inline constexpr const char* kConflictingClauses = "R0113";
inline constexpr const char* kBuiltinField = "R0114";
inline constexpr const char* kMixedList = "R0115";
inline constexpr const char* kMissingAlias = "R0116";
inline constexpr const char* kOpenLevels = "R0117";

inline constexpr const char* kBadWorkdays = "R0150";
inline constexpr const char* kBadRow = "R0151";
inline constexpr const char* kBadPeriod = "R0185";

struct CodeTitle {
  std::string_view code;
  std::string_view title;
};

// Sorted by code.
const std::vector<CodeTitle>& syntax_code_titles();

}  // namespace tocsin::dsl
