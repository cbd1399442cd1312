#include "rules-dsl/syntax/diagnostic_codes.h"

namespace tocsin::dsl {

const std::vector<CodeTitle>& syntax_code_titles() {
  static const std::vector<CodeTitle> titles = {
      {kBadEncoding, "The file is not UTF-8"},
      {kUnclosedText, "A text has no closing quote on its line"},
      {kBadEscape, "Unknown letter after a backslash"},
      {kBadNumber, "A number that cannot be read or is too large"},
      {kUnknownUnit, "A number is followed by letters that are no unit of time"},
      {kBadTime, "A time that is not written as 2025-01-10 or 2025-01-10T08:00:00+08:00"},
      {kBadCharacter, "A character that has no meaning here"},
      {kNameTooLong, "A name is too long"},
      {kBadDuration, "A span of time is zero or too long"},
      {kPolicyTooLarge, "The policy's files are too large"},
      {kExpected, "Something else was expected here"},
      {kUnknownDeclaration, "Not the beginning of a declaration"},
      {kUnknownClause, "A word that begins nothing in this block"},
      {kRepeated, "Given more than once"},
      {kMissingClause, "Something that must be there is missing"},
      {kReservedName, "A word of the language used as a name"},
      {kUnknownType, "An unknown type, or none"},
      {kNestedTooDeep, "An expression nests too deeply"},
      {kTooMany, "More of something than the limit allows"},
      {kChainedComparison, "Comparisons in a chain"},
      {kBadTemplate, "A message with braces that do not fit"},
      {kMisplacedTime, "A date or a span of time where none can stand"},
      {kConflictingClauses, "Two things that exclude each other"},
      {kBuiltinField, "A field with the name of a built-in one"},
      {kMixedList, "A list that mixes `,` and `<`"},
      {kMissingAlias, "A record of a pattern has no short name"},
      {kOpenLevels, "A list of levels without a last, unconditional one"},
      {kBadWorkdays, "A calendar of working days that is not written day by day"},
      {kBadRow, "A row with fewer or more cells than the table has columns"},
      {kBadPeriod, "A period that is no whole number of days"},
  };
  return titles;
}

}  // namespace tocsin::dsl
