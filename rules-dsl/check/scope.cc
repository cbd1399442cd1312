#include "rules-dsl/check/scope.h"

#include <algorithm>

namespace tocsin::dsl::checking {

void Footing::merge(const Footing& other) {
  aggregates |= other.aggregates;
  profile |= other.profile;
  key_subject |= other.key_subject;
  score |= other.score;
  across |= other.across;
  records.insert(other.records.begin(), other.records.end());
  lived.insert(other.lived.begin(), other.lived.end());
}

std::vector<std::string> Context::names_of(const NameIndex& index) const {
  std::vector<std::string> names;
  for (const auto& [name, position] : index) names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

const BoundRecord* Scope::find_alias(const std::string& name, int* index) const {
  for (size_t i = 0; i < bound.size(); ++i) {
    if (bound[i].alias != name) continue;
    *index = static_cast<int>(i);
    return &bound[i];
  }
  return nullptr;
}

int Scope::key_part(const std::string& name) const {
  const auto same = [&](const Identifier& part) { return part.text == name; };
  const auto found = std::find_if(by.begin(), by.end(), same);
  return found == by.end() ? -1 : static_cast<int>(found - by.begin());
}

std::string quote_key(const std::vector<Identifier>& by) {
  if (by.size() == 1) return quote(by.front().text);
  std::vector<std::string> parts;
  for (const Identifier& part : by) parts.push_back(part.text);
  return quote("(" + join(parts, ", ") + ")");
}

int find_in(const NameIndex& index, const std::string& name) {
  const auto found = index.find(name);
  return found == index.end() ? -1 : found->second;
}

}  // namespace tocsin::dsl::checking
