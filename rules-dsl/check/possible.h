// What conditions that all hold leave of one value.
//
// Longer lists than kFollowedMax are not followed, so that a condition costs a bounded time.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "rules-dsl/check/range.h"
#include "rules-dsl/syntax/ast.h"

namespace tocsin::dsl::checking {

// The earlier condition that a new one contradicts; null when it takes several of them.
using Clash = std::optional<const Expr*>;

// A fixed value: a number as in Range, or a text.
struct Constant {
  long double number = 0;
  std::string_view text;

  bool is_number() const { return text.data() == nullptr; }
  friend bool operator==(const Constant&, const Constant&) = default;
};

inline constexpr size_t kFollowedMax = 1'000;

// Each function adds what the condition `by` says of the value. Nothing changes when that
// contradicts what was said before.
class Possible {
 public:
  // Whole numbers only when `whole`; values listed in `all`, if any are.
  Possible(bool whole, std::vector<Constant> all);

  Clash add_missing(const Expr& by);
  Clash add_known(const Expr& by);
  // Requires: op is a comparison.
  Clash compare(BinaryOp op, const Constant& constant, const Expr& by);
  // The value is one of `listed`; with `among` false, none of them.
  Clash list(const std::vector<Constant>& listed, bool among, const Expr& by);

 private:
  struct Interval {
    long double low = -Range::kInfinity;
    long double high = Range::kInfinity;
    bool low_open = false;  // low itself is excluded
    bool high_open = false;
    const Expr* low_by = nullptr;
    const Expr* high_by = nullptr;

    bool is_empty() const { return low > high || (low == high && (low_open || high_open)); }
    bool is_above_low(long double number) const;
    bool is_below_high(long double number) const;
    void raise_low(long double bound, bool open, const Expr& by);
    void lower_high(long double bound, bool open, const Expr& by);
    void narrow(BinaryOp op, long double bound, bool whole, const Expr& by);
  };

  struct Excluded {
    Constant constant;
    const Expr* by;
  };

  Clash start_list(const std::vector<Constant>& listed, const Expr& by);
  // The condition that excludes the constant; null when it is possible.
  const Expr* excluder_of(const Constant& constant) const;
  template <typename Keep>
  Clash keep_listed(Keep keep, const Expr& by);

  bool whole_;
  const Expr* missing_by_ = nullptr;
  const Expr* known_by_ = nullptr;
  Interval interval_;
  std::vector<Excluded> excluded_;
  std::optional<std::vector<Constant>> listed_;  // when only these are left
  const Expr* listed_by_ = nullptr;              // the condition that left only them
  bool listed_by_several_ = false;
};

}  // namespace tocsin::dsl::checking
