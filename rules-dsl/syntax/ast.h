// The syntax tree of a policy, and what the checker adds to it.
//
// The parser fills everything but the members marked "checker". Trees are owned by their Policy and
// immutable after check(). Durations, levels and literals keep what is needed to print them
// canonically. Meaning: language.md; nothing here knows how anything is evaluated.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "rules-dsl/syntax/expression.h"
#include "rules-dsl/syntax/literal.h"
#include "rules-dsl/syntax/source.h"
#include "rules-dsl/syntax/test_ast.h"
#include "rules-dsl/syntax/type.h"

namespace tocsin::dsl {

// ---------------------------------------------------------------- declarations

struct FieldDecl {
  Identifier name;
  Type type;
  bool optional = false;
  std::string from;    // JSON key or CSV column; equal to the name when not given
  std::string format;  // strftime pattern for time and date, else empty
};

// Where the records of a type come from.
enum class Origin : uint8_t {
  kDeclared,  // from outside
  kWarnings,  // they are the warnings of the rule of the type's name
  kChanges,   // they are the grade changes of a score: SCORE_change
  kEnds,      // each says when a record of another type has ended, and has its id and subject
  kAcross,    // plan only: copies of others' records, and who is within reach of a key
};

struct Step {
  Identifier record;
  int record_type = -1;  // checker
  Identifier alias;
  bool overdue = false;            // `on X overdue x`: at its deadline
  ExprPtr where;                   // may be null
  std::optional<Duration> within;  // every `then`; not `on`
};

// One end of a lifetime. In a record's, bare names are the record's own fields (scope
// kAggregatedRecord) and bound record 0 is the one that ends it; in a rule's, the bound records
// are those of the steps, and one more: the record that ends the warning.
struct Until {
  Span span;
  std::optional<Duration> after;  // until 3y
  ExprPtr at;                     // until valid_to: a time or a date
  std::optional<Step> record;     // until repair r where r.penalty == id
};

struct Due {
  Span span;
  std::optional<Duration> after;  // due 30d: after the record's time
  ExprPtr at;                     // due decided_on: a time or a date
};

struct RecordDecl {
  // Checker: it adds types behind the declared ones, for what rules read of warnings, scores and
  // ends.
  Origin origin = Origin::kDeclared;
  int source = -1;  // kWarnings: Policy::rules; kChanges: Policy::scores; kEnds: Policy::records
  int ends = -1;    // the type that says when one of these has ended; -1: nobody can ask
  Identifier name;
  std::string title;
  std::vector<FieldDecl> fields;
  std::vector<std::string> id_from;  // joined by '|'; {"id"} when not given
  std::string subject_from;          // "subject" when not given
  std::string time_from;             // "time" when not given
  std::string time_format;           // empty: RFC 3339, or a day
  // `time always "2020-01-01"`: of every record of the type, as its source gives none. Empty: not
  // so.
  std::string time_always;
  std::vector<Until> untils;         // the earliest ends it; none: in force for ever
  std::optional<Due> due;            // as a clause; a field named `due` is a deadline, too
};

struct ProfileSource {
  Identifier record;
  int record_type = -1;  // checker
  int field = -1;        // checker: RecordDecl::fields of that record
};
struct ProfileField {
  Identifier name;
  std::vector<ProfileSource> sources;  // every `from` that lists the field
  Type type;                           // checker
};
struct ProfileClause {  // as written: name, region from registration
  std::vector<Identifier> fields;
  Identifier record;
};
struct Profile {
  Span span;
  std::vector<ProfileClause> clauses;
  std::vector<ProfileField> fields;  // checker, in order of first mention
};

// Rows are looked up by the key's column.
struct TableDecl {
  Identifier name;
  std::string file;  // empty: the rows are written out
  Span file_span;    // of its name, or of `rows`
  Identifier key;
  int key_column = -1;  // checker
  std::vector<FieldDecl> columns;
  std::vector<std::vector<std::string>> rows;  // empty cells are missing; of a file: checker
  bool read = false;                           // checker: the rows are those of the file
};

struct LetDecl {
  Identifier name;
  ExprPtr value;
};

struct LinkEnd {  // a field that holds a name, or `subject` or `id`
  Identifier name;
  Binding binding;  // checker
};
struct LinkEdge {  // shareholding where ratio >= 0.25: subject -- holder
  Identifier record;
  int record_type = -1;  // checker
  ExprPtr where;         // may be null; sees the record alone
  LinkEnd ends[2];
};
struct LinkDecl {
  Identifier name;
  std::vector<LinkEdge> edges;
};

// ---------------------------------------------------------------- rules

struct TemplatePart {
  std::string text;  // used when `expression` is null
  ExprPtr expression;
};
struct Template {
  Span span;
  std::vector<TemplatePart> parts;
};

struct Absence {   // then no Z z within D | before T [where C]
  Step step;       // step.within set for `within`
  ExprPtr before;  // set for `before`: a time or a date (its last microsecond)
};

struct LevelChoice {
  Identifier level;
  int index = -1;  // checker: Policy::levels
  ExprPtr when;    // null for the last, unconditional choice
};

struct OncePer {
  std::optional<Duration> span;  // a cool-down
  ExprPtr value;                 // or one warning per value
};

struct WithValue {  // a field that the warnings have as records
  Identifier name;
  ExprPtr value;
};

struct RuleDecl {
  Identifier name;
  std::string title;
  ExprPtr condition;        // `while`; null for `on`
  bool each = false;        // `on each`
  std::vector<Step> steps;  // `on`: the first and every `then`
  std::optional<Absence> absence;
  // The parts of the key: each a field of the records, else of the profile; none: by subject.
  std::vector<Identifier> by;
  std::optional<OncePer> once;
  std::vector<Until> untils;        // `on` only
  std::vector<LevelChoice> levels;  // at least one; the last has no `when`
  ExprPtr for_subject;              // may be null
  std::vector<WithValue> with;
  std::optional<Template> say;
  std::string because, suggest, assign;
  std::set<int> reads;   // checker: the record types that it looks at, Policy::records
  int record_type = -1;  // checker: of its warnings, when rules read them
  bool across = false;   // checker: it counts across a link
};

// ---------------------------------------------------------------- scores

// add N per RECORD … at most M | add N while C
struct ScoreItem {
  Span span;
  DecimalLiteral points;  // with its sign
  ExprPtr per;            // count(RECORD …); null for `while`
  ExprPtr condition;      // of `while`, else null
  std::optional<DecimalLiteral> at_most;
};
struct Threshold {
  Identifier grade;
  std::optional<DecimalLiteral> from;  // none for the last, the lowest
};
struct GradeCap {  // grade at best C while COND
  Identifier grade;
  int index = -1;  // checker: value of ScoreDecl::grade_type
  ExprPtr condition;
};
struct ScoreBounds {
  DecimalLiteral low, high;
  Span span;
};
struct ScoreDecl {
  Identifier name;
  std::string title;
  DecimalLiteral start;
  std::vector<ScoreItem> items;
  std::optional<ScoreBounds> keep;
  std::vector<Threshold> thresholds;  // best first; empty: a score without grades
  std::vector<GradeCap> caps;
  Type grade_type;       // ordered, the lowest grade first; kError without grades
  std::set<int> reads;   // checker: the record types that it counts, Policy::records
  int record_type = -1;  // checker: of its grade changes, when rules read them
  bool across = false;   // checker: it counts across a link
};

struct PublishDecl {  // publish SCORE every 1mo
  Identifier score;
  int score_index = -1;  // checker: Policy::scores
  Duration every;        // days, weeks, months or years
};

struct SampleRate {
  Identifier grade;  // empty: one rate for all
  int index = -1;    // checker: value of the score's grade_type
  int64_t rate = 0;  // millionths (value/draw.h)
};
struct SampleDecl {
  Identifier name;
  std::string title;
  Duration every;
  ExprPtr where;                    // may be null
  std::optional<Identifier> score;  // rate by SCORE.grade
  int score_index = -1;             // checker
  std::vector<SampleRate> rates;
  std::string seed;
  std::set<int> reads;  // checker: with what its score reads
  bool across = false;  // checker: it counts across a link, or its score does
};

// ---------------------------------------------------------------- the policy

// What the parser left out because of mistakes. A name that occurs there may have been declared
// there, so nobody may call it unknown.
struct Damage {
  bool any = false;         // some mistake was reported
  bool everything = false;  // a name or a whole file could not be read
  std::set<std::string, std::less<>> names;

  bool may_declare(std::string_view name) const { return everything || names.count(name) > 0; }
};

// `subject uscc`: subjects are credit codes, and a failed check is flagged; strict: refused.
enum class SubjectKind : uint8_t { kAny, kUscc, kUsccStrict };

struct Policy {
  std::string name;
  std::string timezone = "UTC";
  Span timezone_span;  // of the text, for messages
  std::optional<WorkdaysDecl> workdays;
  std::vector<WorkdaysUse> workday_spans;  // all there are, so that one place can check them
  SubjectKind subject = SubjectKind::kAny;
  std::vector<Identifier> levels;  // lowest first; blue < yellow < orange < red when not given
  std::vector<RecordDecl> records;
  Profile profile;
  std::vector<LinkDecl> links;
  std::vector<TableDecl> tables;
  std::vector<LetDecl> lets;
  std::vector<RuleDecl> rules;
  std::vector<int> rule_order;  // checker: `rules`, each behind those whose warnings it rests on
  std::vector<ScoreDecl> scores;
  std::vector<PublishDecl> publishes;
  std::vector<SampleDecl> samples;
  std::vector<TestDecl> tests;
  Damage damage;
};

}  // namespace tocsin::dsl
