// JSON lines to rows: only the fields that the policy uses, into compact typed rows, without
// allocation per field.
//
// Under a policy with private fields it also writes the lines as they may be kept: pseudonyms in
// the places of private values, nothing in the place of a line that is rejected.
//
// A Decoder belongs to one worker. It never throws; a bad line becomes a Reject with the place and
// the remedy.
#pragma once

#include <bitset>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/record/batch.h"
#include "engine/record/field_value.h"
#include "engine/record/projection_index.h"
#include "engine/record/pseudonyms.h"
#include "engine/record/row.h"
#include "rules-dsl/plan/program.h"

namespace tocsin {

enum class OperationKind : uint8_t {
  kInsert,
  kRetract,  // the record never was in the set
  kMove,     // an amendment of `below_version` took the record to another subject
};

// One thing to do to the set of records.
struct Operation {
  OperationKind kind = OperationKind::kInsert;
  const Row* row = nullptr;   // kRetract, kMove: type, id and subject alone
  int64_t below_version = 0;  // kMove
  uint32_t line = 0;          // 0-based within the slice
  uint32_t byte_offset = 0;   // within the slice; of its `kept` lines when there are private fields
};

// A run of whole lines of one chunk and what they mean.
struct DecodedSlice {
  size_t chunk = 0;  // index into Batch::chunks
  size_t begin = 0;  // of Chunk::bytes
  size_t end = 0;
  uint64_t first_line = 0;  // 0-based within the chunk; set once all slices are counted
  uint32_t lines = 0;
  uint32_t records = 0;  // lines that are not empty
  RowArena arena;
  std::vector<Operation> operations;
  std::vector<Reject> rejects;  // line and byte_offset within the slice until placed
  std::string kept;             // its lines as they may be kept, when there are private fields
};

class Decoder {
 public:
  // Requires: pseudonyms, where the program has private columns.
  explicit Decoder(const plan::Program& program, const Pseudonyms* pseudonyms = nullptr);
  ~Decoder();

  // Decodes the lines [slice.begin, slice.end) of `chunk`. Records dated later than `latest_time`
  // are rejected.
  // Requires: chunk.bytes has limits::kPaddingBytes of capacity beyond its size; slice.end is
  // behind a '\n'.
  void decode(const Chunk& chunk, int64_t latest_time, DecodedSlice& slice);

 private:
  struct Parser;
  struct Fault {  // why a line is rejected; reason empty: it is not
    std::string reason;
    std::string field;
  };
  Fault decode_line(std::string_view line, size_t padded, const Chunk& chunk, DecodedSlice& slice,
                    Operation& operation);
  struct Retraction {
    std::optional<std::string> target_type;
    std::optional<std::string> target;
    std::optional<std::string> subject;
  };
  struct Hidden {
    size_t begin = 0;  // within the line
    size_t bytes = 0;
    std::string pseudonym;
  };
  void keep(std::string_view line, std::string& kept) const;
  void hide(std::string_view token, Scalar& scalar);
  std::string shown_here(std::string_view text) const;
  Fault unknown_type(const std::string& name, std::string field) const;
  Fault read_retraction(DecodedSlice& slice, Operation& operation);
  Fault read_retraction_parts(Retraction& parts);
  Fault read_record(uint16_t type, DecodedSlice& slice, Operation& operation);
  Fault read_members(const TypeIndex& index);
  Fault at_line_end();
  static Fault stands_twice(std::string_view field);
  static Fault too_long(std::string_view what, std::string field);
  Fault too_early(std::string field);
  Fault take(const TypeIndex& index, const Target& target, const Scalar& scalar);
  Fault take_time(const plan::TypePlan& plan, const Scalar& scalar);
  Fault complete(uint16_t type);

  const plan::Program& program_;
  ProjectionIndex index_;
  const Pseudonyms* pseudonyms_;  // null: nothing is private
  std::unique_ptr<Parser> parser_;
  const char* line_ = nullptr;  // that is being read
  std::vector<Hidden> hidden_;  // of it, in the order of their places
  RowBuilder row_;
  std::vector<std::string> id_parts_;
  std::bitset<kTargetsMax> seen_;
  std::string subject_;
  std::string moved_from_;
  bool has_time_ = false;
  int64_t time_ = 0;
  int64_t latest_time_ = 0;
  int64_t version_ = 0;
};

}  // namespace tocsin
