#include "engine/record/projection_index.h"

namespace tocsin {

namespace {

void add_target(TypeIndex& index, const std::string& key, TargetKind kind, size_t number_in_kind,
                uint16_t& number) {
  index.columns[key].targets.push_back({kind, static_cast<uint16_t>(number_in_kind), number});
  ++number;
}

TypeIndex index_of(const plan::TypePlan& plan) {
  TypeIndex index;
  index.plan = &plan;
  uint16_t number = 0;
  for (size_t i = 0; i < plan.id_from.size(); ++i) {
    add_target(index, plan.id_from[i], TargetKind::kIdPart, i, number);
  }
  add_target(index, plan.subject_from, TargetKind::kSubject, 0, number);
  if (!plan.time_always) add_target(index, plan.time_from, TargetKind::kTime, 0, number);
  add_target(index, "version", TargetKind::kVersion, 0, number);
  add_target(index, "moved_from", TargetKind::kMovedFrom, 0, number);
  for (size_t slot = 0; slot < plan.fields.size(); ++slot) {
    const plan::FieldPlan& field = plan.fields[slot];
    add_target(index, field.from, TargetKind::kField, slot, number);
    auto& values = index.enum_values.emplace_back();
    if (field.type.kind != dsl::TypeKind::kEnum) continue;
    for (size_t i = 0; i < field.type.values->values.size(); ++i) {
      values.emplace(field.type.values->values[i], static_cast<int64_t>(i));
    }
  }
  for (const std::string& column : plan.private_columns) index.columns[column].is_private = true;
  return index;
}

}  // namespace

ProjectionIndex::ProjectionIndex(const plan::Program& program) : program_(program) {
  for (size_t i = 0; i < program.types.size(); ++i) {
    types_.push_back(index_of(program.types[i]));
    if (program.types[i].origin != dsl::Origin::kDeclared) continue;  // nobody sends them
    by_name_.emplace(program.types[i].name, static_cast<uint16_t>(i));
    const auto& columns = program.types[i].private_columns;
    private_anywhere_.insert(columns.begin(), columns.end());
  }
}

int ProjectionIndex::find_type(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? -1 : found->second;
}

std::string ProjectionIndex::type_names() const {
  std::string names;
  size_t shown = 0;
  for (const plan::TypePlan& type : program_.types) {
    if (type.origin != dsl::Origin::kDeclared) continue;
    if (shown++ == kNamesShownMax) return names + ", …";
    names += (shown == 1 ? "" : ", ") + type.name;
  }
  return names;
}

}  // namespace tocsin
