// The direct sub-expressions of an expression, in the order of the text.
#pragma once

#include <type_traits>
#include <variant>

#include "rules-dsl/syntax/ast.h"

namespace tocsin::dsl::checking {

template <typename Visit>
void for_each_child(const Expr& expr, Visit&& visit) {
  std::visit(
      [&](const auto& node) {
        using Node = std::decay_t<decltype(node)>;
        if constexpr (std::is_same_v<Node, Member>) {
          visit(*node.object);
        } else if constexpr (std::is_same_v<Node, Unary>) {
          visit(*node.operand);
        } else if constexpr (std::is_same_v<Node, Binary>) {
          visit(*node.left);
          visit(*node.right);
        } else if constexpr (std::is_same_v<Node, In>) {
          visit(*node.value);
          for (const ExprPtr& item : node.items) visit(*item);
        } else if constexpr (std::is_same_v<Node, Is>) {
          visit(*node.value);
        } else if constexpr (std::is_same_v<Node, Call>) {
          for (const ExprPtr& argument : node.arguments) visit(*argument);
        } else if constexpr (std::is_same_v<Node, Lookup>) {
          visit(*node.key);
        } else if constexpr (std::is_same_v<Node, Aggregate>) {
          if (node.value) visit(*node.value);
          if (node.where) visit(*node.where);
        }
      },
      expr.node);
}

}  // namespace tocsin::dsl::checking
