// DomainBuilder, third part: what is in force, until when, and who depends on it.
#include <algorithm>
#include <utility>

#include "rules-dsl/check/fields.h"
#include "rules-dsl/plan/domain_builder.h"

namespace tocsin::plan {

namespace {

bool is_text(dsl::TypeKind kind) {
  return kind == dsl::TypeKind::kText || kind == dsl::TypeKind::kUscc ||
         kind == dsl::TypeKind::kRegion || kind == dsl::TypeKind::kIndustry;
}

// Equal values have the same bytes; not so where an int meets a decimal, or among floats.
bool same_bytes_when_equal(dsl::TypeKind a, dsl::TypeKind b) {
  return (is_text(a) && is_text(b)) || (a == b && a != dsl::TypeKind::kFloat);
}

}  // namespace

// What nothing ends is in force for ever, like any other record.
dsl::RecordState DomainBuilder::state_of(const dsl::Aggregate& aggregate) const {
  const auto& record = policy_.records[static_cast<size_t>(aggregate.record_type)];
  const bool for_ever =
      record.untils.empty() && record.ends < 0 && aggregate.state == dsl::RecordState::kInForce;
  return for_ever ? dsl::RecordState::kAny : aggregate.state;
}

uint32_t DomainBuilder::life_of(int record_type) {
  const uint16_t type = type_here(record_type);
  see_endings(policy_.records[static_cast<size_t>(record_type)]);
  int& known = domain_.types[type].life;
  if (known != kNoLife) return static_cast<uint32_t>(known);
  known = static_cast<int>(domain_.lives.size());
  const auto life = static_cast<uint32_t>(known);
  domain_.lives.emplace_back().type = type;
  const int aggregated = std::exchange(aggregated_type_, record_type);
  std::vector<int> scopes = std::exchange(scopes_, {});
  const dsl::RecordDecl& record = policy_.records[static_cast<size_t>(record_type)];
  lower_untils(record.untils, life);
  const bool told = record.origin == dsl::Origin::kDeclared
                        ? !domain_.by_subject() && ends_by_record(record)
                        : record.ends >= 0;
  if (told) add_told_end(record, life);
  scopes_ = std::move(scopes);
  aggregated_type_ = aggregated;
  return life;
}

// The same, with its deadline.
uint32_t DomainBuilder::due_of(int record_type) {
  const uint32_t life = life_of(record_type);
  if (domain_.lives[life].has_due) return life;
  domain_.lives[life].has_due = true;
  const dsl::RecordDecl& record = policy_.records[static_cast<size_t>(record_type)];
  if (record.due && record.due->after) {
    domain_.lives[life].due_after = span_of(*record.due->after);
    return life;
  }
  const int aggregated = std::exchange(aggregated_type_, record_type);
  const NodeId due = record.due ? lower(*record.due->at)
                                : code_.leaf(Op::kField, dsl::kAggregatedRecord,
                                             projection_.slot(record_type, deadline_field(record)),
                                             Dependence{.row = true});
  aggregated_type_ = aggregated;
  domain_.lives[life].due = due;
  return life;
}

void DomainBuilder::add_warning_life(const dsl::RuleDecl& rule, uint32_t number, RulePlan& plan) {
  plan.life = static_cast<int>(domain_.lives.size());
  LifePlan& added = domain_.lives.emplace_back();
  added.rule = static_cast<int>(number);
  added.ends_timed = true;
  scopes_.resize(rule.steps.size());  // without the record that did not come
  lower_untils(rule.untils, static_cast<uint32_t>(plan.life));
}

void DomainBuilder::lower_untils(const std::vector<dsl::Until>& untils, uint32_t life) {
  for (const dsl::Until& until : untils) {
    const bool of_record = domain_.lives[life].rule < 0;
    if (until.record) {
      if (!of_record || domain_.by_subject()) add_until(*until.record, life);
    } else if (until.after) {
      domain_.lives[life].spans.push_back(span_of(*until.after));
    } else {
      const NodeId time = lower(*until.at);
      domain_.lives[life].times.push_back(time);
    }
  }
}

void DomainBuilder::add_until(const dsl::Step& ending, uint32_t life) {
  UntilPlan until;
  until.life = life;
  until.type = type_here(ending.record_type);
  until.scope = static_cast<int8_t>(scopes_.size());
  scopes_.push_back(ending.record_type);
  if (ending.where) {
    until.where = lower(*ending.where);
    find_equal_parts(*ending.where, until);
  }
  scopes_.pop_back();
  if (reach_ != kNoReach) add_same_subject(until);
  add_until(std::move(until));
}

// Others' records are ended by their own.
void DomainBuilder::add_same_subject(UntilPlan& until) {
  const Dependence of_ending{.bound = static_cast<uint16_t>(1u << until.scope)};
  const NodeId theirs = code_.leaf(Op::kRecordSubject, until.scope, 0, of_ending);
  const NodeId own =
      code_.leaf(Op::kRecordSubject, dsl::kAggregatedRecord, 0, Dependence{.row = true});
  const NodeId same = code_.binary(Op::kEqual, theirs, own);
  until.where = until.where == kNoNode ? same : code_.binary(Op::kAnd, same, until.where);
  until.theirs.push_back(theirs);
  until.own.push_back(own);
}

// The end of a record, or of a warning, as the fold that knows it puts it out. A warning may have
// no subject, and its id is its own.
void DomainBuilder::add_told_end(const dsl::RecordDecl& record, uint32_t life) {
  std::vector<Op> identity = {Op::kRecordId};
  if (record.origin == dsl::Origin::kDeclared) identity.push_back(Op::kRecordSubject);
  UntilPlan until;
  until.life = life;
  until.type = type_here(record.ends);
  for (Op op : identity) {
    until.theirs.push_back(code_.leaf(op, 0, 0, Dependence{.bound = 1}));
    until.own.push_back(code_.leaf(op, dsl::kAggregatedRecord, 0, Dependence{.row = true}));
    const NodeId same = code_.binary(Op::kEqual, until.theirs.back(), until.own.back());
    until.where = until.where == kNoNode ? same : code_.binary(Op::kAnd, until.where, same);
  }
  add_until(std::move(until));
}

void DomainBuilder::add_until(UntilPlan until) {
  const auto index = static_cast<uint32_t>(domain_.untils.size());
  domain_.lives[until.life].untils.push_back(index);
  domain_.types[until.type].untils.push_back(index);
  domain_.untils.push_back(std::move(until));
}

// r.penalty == id, alone or joined by `and` with others.
void DomainBuilder::find_equal_parts(const dsl::Expr& where, UntilPlan& until) {
  std::vector<const dsl::Expr*> parts;
  dsl::add_conjuncts(where, parts);
  for (const dsl::Expr* part : parts) {
    const auto* binary = std::get_if<dsl::Binary>(&part->node);
    if (binary != nullptr && binary->op == dsl::BinaryOp::kEq) add_equal_part(*binary, until);
  }
}

void DomainBuilder::add_equal_part(const dsl::Binary& equal, UntilPlan& until) {
  if (!same_bytes_when_equal(equal.left->type.kind, equal.right->type.kind)) return;
  NodeId theirs = lower(*equal.left);
  NodeId own = lower(*equal.right);
  const auto ending = static_cast<uint16_t>(1u << until.scope);
  if ((code_.depends(own).bound & ending) != 0) std::swap(theirs, own);
  const Dependence& of_theirs = code_.depends(theirs);
  if (of_theirs.bound != ending || of_theirs.row) return;
  if ((code_.depends(own).bound & ending) != 0) return;
  until.theirs.push_back(theirs);
  until.own.push_back(own);
}

void DomainBuilder::depend_while(uint32_t rule, const AggregatePlan& aggregate) {
  LifePlan& life = domain_.lives[aggregate.life];
  life.ends_timed = true;
  life.dues_timed |= aggregate.state == dsl::RecordState::kOverdue;
  std::vector<uint32_t>& rules = life.while_rules;
  if (rules.empty() || rules.back() != rule) rules.push_back(rule);
}

void DomainBuilder::count_lives(uint32_t index) {
  const AggregatePlan& aggregate = domain_.aggregates[index];
  LifePlan& life = domain_.lives[aggregate.life];
  (aggregate.state == dsl::RecordState::kInForce ? life.in_force : life.overdue).push_back(index);
}

}  // namespace tocsin::plan
