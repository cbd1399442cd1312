#include "rules-dsl/plan/code_builder.h"

#include <re2/re2.h>

#include <algorithm>
#include <cstring>

namespace tocsin::plan {

Code::Code() = default;
Code::Code(Code&&) noexcept = default;
Code::~Code() = default;

Dependence& Dependence::operator|=(const Dependence& other) {
  bound |= other.bound;
  row |= other.row;
  aggregates |= other.aggregates;
  profile |= other.profile;
  return *this;
}

size_t CodeBuilder::NodeHash::operator()(const Node& node) const {
  uint64_t h = static_cast<uint64_t>(node.op) << 8 | static_cast<uint8_t>(node.scope);
  for (uint64_t part : {uint64_t{node.a}, uint64_t{node.b}}) {
    h = (h ^ part) * 0x9E3779B97F4A7C15ull;
    h ^= h >> 29;
  }
  return h;
}

NodeId CodeBuilder::intern(const Node& node, const Dependence& depends) {
  const auto [entry, fresh] = known_.try_emplace(node, static_cast<NodeId>(code_.nodes.size()));
  if (fresh) {
    code_.nodes.push_back(node);
    depends_.push_back(depends);
  }
  return entry->second;
}

NodeId CodeBuilder::constant(Value value) {
  std::string identity(1, static_cast<char>(value.kind()));
  if (value.kind() == ValueKind::kText) {
    identity += value.text();
  } else if (value.kind() == ValueKind::kFloat) {
    const double d = value.floating();
    identity.append(reinterpret_cast<const char*>(&d), sizeof d);
  } else {
    const int64_t i = value.integer();
    identity.append(reinterpret_cast<const char*>(&i), sizeof i);
  }
  const auto [entry, fresh] =
      constants_.try_emplace(identity, static_cast<uint32_t>(code_.constants.size()));
  if (fresh) {
    if (value.kind() == ValueKind::kText) {
      value = Value::of_text(code_.texts.emplace_back(value.text()));
    }
    code_.constants.push_back(value);
  }
  return intern({Op::kConstant, 0, entry->second, kNoNode}, {});
}

NodeId CodeBuilder::leaf(Op op, int scope, uint32_t index, Dependence depends) {
  return intern({op, static_cast<int8_t>(scope), index, kNoNode}, depends);
}

NodeId CodeBuilder::unary(Op op, NodeId a) { return intern({op, 0, a, kNoNode}, depends_[a]); }

NodeId CodeBuilder::remembered(NodeId a) {
  if (code_.nodes[a].op == Op::kRemembered) return a;
  const auto [place, fresh] = remembered_.try_emplace(a, code_.remembered);
  if (fresh) ++code_.remembered;
  return intern({Op::kRemembered, 0, a, place->second}, depends_[a]);
}

NodeId CodeBuilder::binary(Op op, NodeId a, NodeId b) {
  Dependence depends = depends_[a];
  depends |= depends_[b];
  return intern({op, 0, a, b}, depends);
}

NodeId CodeBuilder::in(NodeId value, std::vector<NodeId> items) {
  std::sort(items.begin(), items.end());
  items.erase(std::unique(items.begin(), items.end()), items.end());
  Dependence depends = depends_[value];
  for (NodeId item : items) depends |= depends_[item];
  const auto known = std::find(code_.lists.begin(), code_.lists.end(), items);
  const auto index = static_cast<uint32_t>(known - code_.lists.begin());
  if (known == code_.lists.end()) code_.lists.push_back(std::move(items));
  return intern({Op::kIn, 0, value, index}, depends);
}

NodeId CodeBuilder::matches(NodeId text, const std::string& pattern) {
  const auto [entry, fresh] =
      patterns_.try_emplace(pattern, static_cast<uint32_t>(code_.patterns.size()));
  if (fresh) code_.patterns.push_back(std::make_unique<re2::RE2>(pattern, re2::RE2::Quiet));
  return intern({Op::kMatches, 0, text, entry->second}, depends_[text]);
}

}  // namespace tocsin::plan
