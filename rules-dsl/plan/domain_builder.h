// Lowers the expressions, windows and rules of one domain, and notes who depends on what.
#pragma once

#include <set>

#include "rules-dsl/plan/code_builder.h"
#include "rules-dsl/plan/domain_places.h"
#include "rules-dsl/plan/projection.h"

namespace tocsin::plan {

class DomainBuilder {
 public:
  DomainBuilder(const dsl::Policy& policy, Projection& projection, const Calendar& calendar,
                const Place& place);
  DomainBuilder(DomainBuilder&&) = delete;

  // By subject: puts out records of a type with a key from the profile.
  void add_rekey(const Rekey& rekey);
  // By subject, on layer 0: follows the lifetimes of a type, for other domains.
  void add_lifetime(int record_type) { life_of(record_type); }
  // Adds a rule; `index` is its number in Program::rules. Returns its number in
  // the domain.
  uint32_t add_rule(const dsl::RuleDecl& rule, uint32_t index);
  // The same of what is told of a score, or of a sample.
  uint32_t add_grade_changes(int score, uint32_t index);
  uint32_t add_assessments(const dsl::PublishDecl& publish, uint32_t index);
  uint32_t add_draws(const dsl::SampleDecl& sample, uint32_t index);
  Domain finish();

 private:
  NodeId lower(const dsl::Expr& expr);
  NodeId lower_literal(const dsl::Literal& literal, const dsl::Type& type);
  NodeId lower_binding(const dsl::Binding& binding);
  NodeId lower_member(const dsl::Member& member);
  NodeId lower_unary(const dsl::Unary& unary);
  NodeId lower_as(const dsl::Expr& expr, dsl::TypeKind kind);
  NodeId lower_binary(const dsl::Binary& binary, const dsl::Type& type);
  NodeId lower_call(const dsl::Call& call);
  NodeId lower_lookup(const dsl::Lookup& lookup);
  NodeId lower_aggregate(const dsl::Aggregate& aggregate);
  NodeId lower_let(int index);
  // What a step asks for again is evaluated once.
  NodeId shared(NodeId value);

  // lower_scores.cc
  NodeId lower_score(int index);
  NodeId lower_grade(int index);
  NodeId lower_item(const dsl::ScoreItem& item);
  TellingPlan telling_of(Kind kind, int score);
  uint32_t add_telling(TellingPlan telling, const std::set<int>& reads, uint32_t index);
  NodeId joined(Op op, std::vector<NodeId> parts);
  NodeId points(dsl::DecimalLiteral value) {
    return code_.constant(Value::of_decimal(value.scaled));
  }
  int edge(uint16_t type, TimeSpan ago, TimeSpan over);
  int find_aggregate(const AggregatePlan& plan);

  // lower_lifetimes.cc
  dsl::RecordState state_of(const dsl::Aggregate& aggregate) const;
  uint32_t life_of(int record_type);
  uint32_t due_of(int record_type);
  void add_warning_life(const dsl::RuleDecl& rule, uint32_t number, RulePlan& plan);
  void lower_untils(const std::vector<dsl::Until>& untils, uint32_t life);
  void add_until(const dsl::Step& ending, uint32_t life);
  void add_same_subject(UntilPlan& until);
  void add_told_end(const dsl::RecordDecl& record, uint32_t life);
  void add_until(UntilPlan until);
  void find_equal_parts(const dsl::Expr& where, UntilPlan& until);
  void add_equal_part(const dsl::Binary& equal, UntilPlan& until);
  void depend_while(uint32_t rule, const AggregatePlan& aggregate);
  void count_lives(uint32_t aggregate);
  uint32_t profile_field(int index);
  // lower_links.cc
  uint16_t type_across(int record_type, int reach);
  // The domain's own rows, or, while a life across a link is lowered, the copies.
  uint16_t type_here(int record_type);
  void see_endings(const dsl::RecordDecl& record);
  int reach_of(const dsl::Across& across);
  uint32_t link_of(int declared);
  LinkEdgePlan lower_link_edge(const dsl::LinkEdge& edge);
  int record_type_of_scope(int scope) const;

  void take_rows(int record_type);
  void note_reads(const std::set<int>& reads, uint32_t number, RulePlan& plan);
  TemplatePlan lower_template(const dsl::Template& text);
  void add_steps(const dsl::RuleDecl& rule, RulePlan& plan);
  void add_checks(const dsl::Expr& where, RulePlan& plan);
  void add_check(NodeId check, RulePlan& plan);
  void add_absence(const dsl::Absence& absence, RulePlan& plan);
  void note_looked_at(RulePlan& plan);
  void find_region(const dsl::RuleDecl& rule, RulePlan& plan);
  void depend_while(uint32_t rule, const RulePlan& plan);
  void depend_on(uint32_t rule, const RulePlan& plan);
  void note_workday_edges(uint32_t number);
  // What nodes rest on.
  struct Reached {
    std::set<NodeId> nodes;
    std::set<uint32_t> aggregates;
    std::set<uint32_t> profile;
  };
  void reach(NodeId node, Reached& reached) const;

  const dsl::Policy& policy_;
  Projection& projection_;
  const Calendar& calendar_;
  Domain domain_;
  CodeBuilder code_;
  std::vector<int> scopes_;         // record types of the rule's bound records
  int reach_ = kNoReach;            // across which the life being lowered is seen
  int aggregated_type_ = -1;        // of the aggregate being lowered
  std::vector<NodeId> lets_;        // by Policy::lets; kNoNode: not lowered yet
  std::vector<NodeId> scores_;      // by Policy::scores; kNoNode: not lowered yet
  std::vector<NodeId> grades_;      // the same
  std::vector<int> profile_slots_;  // by Profile::fields; -1: not used yet
};

// A duration as a span of time.
TimeSpan span_of(const dsl::Duration& duration);

}  // namespace tocsin::plan
