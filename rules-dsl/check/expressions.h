// Gives every expression its types and bindings.
//
// An expression that failed has TypeKind::kError, about which nothing more is said; comparisons and
// logic are bool even then, so that one mistake stays one message. Lets are checked when they are
// first named. Recursion is bounded by limits::kNestingMax, the lets that an expression names
// written out.
#pragma once

#include <string_view>

#include "rules-dsl/check/scope.h"

namespace tocsin::dsl::checking {

struct Signature;  // of a function

class ExpressionChecker {
 public:
  explicit ExpressionChecker(Context& context) : context_(context), report_(context.report) {}

  void check_lets_over_records();  // those that read no warnings of rules
  void check_lets();               // all that are left
  void check_let(int index);       // unless it was
  void check_scores();             // the same

  // A condition must be true or false; `clause` names it in the message: "`where`".
  void check_condition(Expr& expr, const Scope& scope, std::string_view clause);
  // Any value. A text or a bare name is read as one of `expected`, when that is an enum, a time or
  // a date.
  void check_value(Expr& expr, const Scope& scope, const Type* expected = nullptr);

 private:
  struct CheckNode;

  void check(Expr& expr, const Scope& scope, const Type* expected = nullptr);

  // --- check_lets.cc
  // Lets and scores may name each other. A number stands for either: scores come behind the lets.
  int unit_of_score(int index) const;
  std::string_view unit_kind(int unit) const;  // "let" or "score"
  const Identifier& unit_name(int unit) const;
  void report_cycle(int unit);
  void report_too_deep(int unit);
  // The let's type; kError while it is being checked.
  Type use_let(int index, Span span, const Scope& scope);
  void check_let_fits_rule(int index, Span span, const Scope& scope);

  // --- check_scores.cc
  void check_score(int index);
  void check_points(const ScoreDecl& score, LetState& state);
  void check_item(const ScoreItem& item, Range& sum);
  void check_grades(ScoreDecl& score, const Range& range);
  void check_threshold(const ScoreDecl& score, size_t place, const Range& range);
  void check_cap(const ScoreDecl& score, GradeCap& cap);
  // Decimal; kError while the score is being checked, or where it cannot stand.
  Type use_score(int index, Span span, const Scope& scope);
  Type check_grade(Member& member, int score, const Scope& scope);

  // --- check_names.cc
  Type check_name(Expr& expr, Name& name, const Scope& scope);
  Type check_key_of_aggregated(Name& name, int part, const Scope& scope);
  Type check_member(Member& member, const Scope& scope);
  Type check_part(Member& member, const Scope& scope);
  Type check_profile_field(Member& member, Span span, const Scope& scope);
  // Reports `subject_suspect` where subjects are not checked.
  Type type_of_bound(const RecordDecl& record, const Binding& binding, Span span);
  Type check_bound_field(Member& member, const BoundRecord& bound, int index);
  bool is_known(const std::string& name, const Scope& scope) const;
  void report_unknown_object(const Expr& object, const std::string& name, const Scope& scope);
  // A name that is no value here: an alias, a hidden alias, a field of some record, or nothing.
  void report_unknown_name(Span span, const std::string& name, const Scope& scope);

  // --- check_lookups.cc
  Type check_lookup(Lookup& lookup, const Scope& scope);
  bool check_lookup_key(const Lookup& lookup, const TableDecl& table);

  // --- check_literals.cc
  // Reads a text or a bare name as a value of `expected`; false when it is neither or means
  // something else.
  bool adapt(Expr& expr, const Scope& scope, const Type& expected);
  bool adapt_to_enum(Expr& expr, const Scope& scope, const Type& expected);
  bool adapt_to_instant(Expr& expr, const Type& expected);
  // Makes a whole number decimal or float, exactly, where the other side is one.
  static void adapt_number(Expr& expr, const Type& expected);

  // --- check_operators.cc
  Type check_unary(Unary& unary, const Scope& scope);
  Type check_binary(Expr& expr, Binary& binary, const Scope& scope);
  Type check_arithmetic(Binary& binary, const Scope& scope);
  Type check_coalesce(Expr& expr, Binary& binary, const Scope& scope);
  Type check_in(In& in, const Scope& scope);
  void check_both(Expr& left, Expr& right, const Scope& scope);
  void require_bool(const Expr& expr, std::string_view where);
  bool require_number(const Expr& expr, std::string_view where);
  // Reports two kinds that cannot be compared; `whole` is the place when neither is a literal.
  bool require_comparable(Span whole, const Expr& left, const Expr& right);
  // Reports a private value beside one that is not.
  bool require_same_privacy(Span whole, const Expr& left, const Expr& right);

  // --- check_functions.cc
  Type check_call(Expr& expr, Call& call, const Scope& scope);
  bool check_arguments(const Expr& expr, const Call& call, const Signature& signature);
  void check_pattern(const Expr& pattern);
  // For expressions that are not checked.
  void mark_lets_used(const Expr& expr);

  // --- check_aggregates.cc
  Type check_aggregate(Expr& expr, Aggregate& aggregate, const Scope& scope);
  void check_state(const Aggregate& aggregate, const Scope& scope);
  Type type_of_aggregate(const Aggregate& aggregate);

  // --- check_links.cc
  void check_across(Across& across, const Scope& scope);
  void report_across_key(Span span, const std::string& what, const Scope& scope) const;
  void report_link_not_fixed(Span span, std::string_view what) const;

  Context& context_;
  const Report& report_;
  size_t depth_ = 0;
  std::vector<int> let_path_;  // lets and scores being checked, each named by the one before
  bool depth_reported_ = false;
};

// The score whose grade changes are records of this name, or -1.
int find_changing(const Context& context, std::string_view name);
// The index of the record type of this name, warnings of a rule included; -1: there is none.
int find_record(const Context& context, const std::string& name);
// The index of the record type that is read, warnings of a rule included; or -1 after a message.
int resolve_record(const Context& context, const Identifier& name);
// The same where records from outside are meant; `otherwise` says why warnings will not do.
int resolve_declared(const Context& context, const Identifier& name, std::string_view otherwise);
// Reports a record type that lacks the field its rule groups by, or has it with another type.
// `through` names the let that uses the record, and is empty otherwise.
void require_key(const Context& context, int record, Span span, const Scope& scope,
                 std::string_view through);

// Reports a record type that is never overdue.
void require_deadline(const Context& context, int record, Span span);
// A rule, or a let, asks for the lifetimes of records of a type: notes whose
// rows will tell it.
void note_lifetime(const Context& context, int record, const Scope& scope);

// An expression that must be a time or a date; `clause` names it in the
// message. Null type: it is not. Otherwise what the value rests on is in
// `footing`.
bool check_instant(Expr& expr, Scope scope, Context& context, ExpressionChecker& expressions,
                   std::string_view clause, Footing& footing);
// `clause` needs `needs`, and the expression is something else.
void report_clause_type(const Context& context, std::string_view clause, std::string_view needs,
                        const Expr& expr);

// Reports what can never be true, and warns of what always is (certainty.cc). `condition`: the root
// itself is one.
void examine(const Expr& expr, const Scope& scope, const Context& context, bool condition);
// Nesting, the lets and scores that it names written out.
size_t height_of(const Expr& expr, const Context& context);
// True when the value is known for every set of records.
bool is_never_missing(const Expr& expr, const Scope& scope, const Context& context);

}  // namespace tocsin::dsl::checking
