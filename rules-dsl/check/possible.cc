#include "rules-dsl/check/possible.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace tocsin::dsl::checking {

// ---------------------------------------------------------------- the interval of a number

bool Possible::Interval::is_above_low(long double number) const {
  return number > low || (number == low && !low_open);
}

bool Possible::Interval::is_below_high(long double number) const {
  return number < high || (number == high && !high_open);
}

void Possible::Interval::raise_low(long double bound, bool open, const Expr& by) {
  if (bound < low || (bound == low && (low_open || !open))) return;
  low = bound;
  low_open = open;
  low_by = &by;
}

void Possible::Interval::lower_high(long double bound, bool open, const Expr& by) {
  if (bound > high || (bound == high && (high_open || !open))) return;
  high = bound;
  high_open = open;
  high_by = &by;
}

// Between two whole numbers there is nothing: x > 2 is x >= 3.
void Possible::Interval::narrow(BinaryOp op, long double bound, bool whole, const Expr& by) {
  if (op == BinaryOp::kGt || op == BinaryOp::kGe || op == BinaryOp::kEq) {
    const bool open = op == BinaryOp::kGt;
    if (whole && open) {
      raise_low(std::floor(bound) + 1, false, by);
    } else {
      raise_low(whole ? std::ceil(bound) : bound, open, by);
    }
  }
  if (op == BinaryOp::kLt || op == BinaryOp::kLe || op == BinaryOp::kEq) {
    const bool open = op == BinaryOp::kLt;
    if (whole && open) {
      lower_high(std::ceil(bound) - 1, false, by);
    } else {
      lower_high(whole ? std::floor(bound) : bound, open, by);
    }
  }
}

// ---------------------------------------------------------------- conditions

Possible::Possible(bool whole, std::vector<Constant> all) : whole_(whole) {
  if (!all.empty()) listed_ = std::move(all);
}

Clash Possible::add_missing(const Expr& by) {
  if (known_by_ != nullptr) return known_by_;
  missing_by_ = &by;
  return std::nullopt;
}

Clash Possible::add_known(const Expr& by) {
  if (missing_by_ != nullptr) return missing_by_;
  if (known_by_ == nullptr) known_by_ = &by;
  return std::nullopt;
}

Clash Possible::compare(BinaryOp op, const Constant& constant, const Expr& by) {
  if (op == BinaryOp::kNe) return list({constant}, /*among=*/false, by);
  Interval narrower = interval_;
  if (constant.is_number()) narrower.narrow(op, constant.number, whole_, by);
  if (narrower.is_empty()) return narrower.low_by == &by ? narrower.high_by : narrower.low_by;
  const auto keep = [&](const Constant& c) {
    return narrower.is_above_low(c.number) && narrower.is_below_high(c.number);
  };
  const Clash clash =
      op == BinaryOp::kEq ? list({constant}, /*among=*/true, by) : keep_listed(keep, by);
  if (!clash) interval_ = narrower;
  return clash;
}

Clash Possible::list(const std::vector<Constant>& listed, bool among, const Expr& by) {
  if (among && !listed_) return start_list(listed, by);
  const auto keep = [&](const Constant& c) {
    return (std::find(listed.begin(), listed.end(), c) != listed.end()) == among;
  };
  if (const Clash clash = keep_listed(keep, by)) return clash;
  const size_t room = kFollowedMax - std::min(kFollowedMax, excluded_.size());
  for (size_t i = 0; !among && i < std::min(room, listed.size()); ++i) {
    excluded_.push_back({listed[i], &by});
  }
  return std::nullopt;
}

Clash Possible::start_list(const std::vector<Constant>& listed, const Expr& by) {
  if (listed.size() > kFollowedMax) return std::nullopt;
  std::vector<Constant> left;
  std::vector<const Expr*> excluders;
  for (const Constant& constant : listed) {
    const Expr* const excluder = excluder_of(constant);
    if (excluder == nullptr) {
      left.push_back(constant);
    } else {
      excluders.push_back(excluder);
    }
  }
  if (left.empty() && !excluders.empty()) {
    const auto same = std::count(excluders.begin(), excluders.end(), excluders.front());
    return static_cast<size_t>(same) == excluders.size() ? excluders.front() : nullptr;
  }
  listed_ = std::move(left);
  listed_by_ = &by;
  return std::nullopt;
}

const Expr* Possible::excluder_of(const Constant& constant) const {
  if (constant.is_number() && !interval_.is_above_low(constant.number)) return interval_.low_by;
  if (constant.is_number() && !interval_.is_below_high(constant.number)) return interval_.high_by;
  const auto found = std::find_if(excluded_.begin(), excluded_.end(),
                                  [&](const Excluded& e) { return e.constant == constant; });
  return found == excluded_.end() ? nullptr : found->by;
}

template <typename Keep>
Clash Possible::keep_listed(Keep keep, const Expr& by) {
  if (!listed_) return std::nullopt;
  std::vector<Constant> left;
  std::copy_if(listed_->begin(), listed_->end(), std::back_inserter(left), keep);
  if (left.size() == listed_->size()) return std::nullopt;
  if (left.empty()) {
    // Nothing was said before: `by` leaves no value of its own, which is told elsewhere.
    if (listed_by_ == nullptr) return std::nullopt;
    return listed_by_several_ ? nullptr : listed_by_;
  }
  listed_ = std::move(left);
  listed_by_several_ |= listed_by_ != nullptr && listed_by_ != &by;
  listed_by_ = &by;
  return std::nullopt;
}

}  // namespace tocsin::dsl::checking
