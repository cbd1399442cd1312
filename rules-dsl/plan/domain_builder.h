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
  // Adds a rule; `index` is its number in Program::rules. Returns its number in the domain.
  uint32_t add_rule(const dsl::RuleDecl& rule, uint32_t index);
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
  NodeId lower_aggregate(const dsl::Aggregate& aggregate);
  NodeId lower_let(int index);
  int edge(uint16_t type, TimeSpan ago, TimeSpan over);
  uint32_t profile_field(int index);
  int record_type_of_scope(int scope) const;

  void take_rows(int record_type);
  void note_reads(const dsl::RuleDecl& rule, uint32_t number, RulePlan& plan);
  TemplatePlan lower_template(const dsl::Template& text);
  void add_steps(const dsl::RuleDecl& rule, RulePlan& plan);
  void add_checks(const dsl::Expr& where, size_t step, RulePlan& plan);
  void add_absence(const dsl::Absence& absence, RulePlan& plan);
  void note_looked_at(RulePlan& plan);
  void find_region(const dsl::RuleDecl& rule, RulePlan& plan);
  void depend_while(uint32_t rule, const RulePlan& plan);
  void depend_on(uint32_t rule, const RulePlan& plan);
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
  int aggregated_type_ = -1;        // of the aggregate being lowered
  std::vector<NodeId> lets_;        // by Policy::lets; kNoNode: not lowered yet
  std::vector<int> profile_slots_;  // by Profile::fields; -1: not used yet
};

// A duration as a span of time.
TimeSpan span_of(const dsl::Duration& duration);

}  // namespace tocsin::plan
