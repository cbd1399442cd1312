// From the keys of a JSON object to what the policy wants from them.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rules-dsl/limits.h"
#include "rules-dsl/plan/program.h"

namespace tocsin {

enum class TargetKind : uint8_t { kField, kIdPart, kSubject, kTime, kVersion, kMovedFrom };

struct Target {
  TargetKind kind = TargetKind::kField;
  uint16_t index = 0;   // slot, or part of the id
  uint16_t number = 0;  // of this target among those of its type, for noticing repeats
};

inline constexpr size_t kTargetsMax = limits::kFieldsMax + limits::kIdPartsMax + 4;
inline constexpr size_t kNamesShownMax =
    12;  // known names in a message: there may be one for each line

struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};
struct TextEqual {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const { return a == b; }
};
template <class V>
using TextMap = boost::unordered_flat_map<std::string, V, TextHash, TextEqual>;

struct Column {
  std::vector<Target> targets;  // none: nothing uses it, but it is private
  bool is_private = false;
};

struct TypeIndex {
  const plan::TypePlan* plan = nullptr;
  TextMap<Column> columns;                    // by JSON key
  std::vector<TextMap<int64_t>> enum_values;  // by slot; empty for other types
};

class ProjectionIndex {
 public:
  explicit ProjectionIndex(const plan::Program& program);

  const TypeIndex& type(uint16_t number) const { return types_[number]; }
  // -1 when there is no such type.
  int find_type(std::string_view name) const;
  std::string type_names() const;  // for messages
  // Of some type.
  bool is_private(std::string_view key) const { return private_anywhere_.contains(key); }

 private:
  const plan::Program& program_;
  std::vector<TypeIndex> types_;
  TextMap<uint16_t> by_name_;
  std::set<std::string, std::less<>> private_anywhere_;
};

}  // namespace tocsin
