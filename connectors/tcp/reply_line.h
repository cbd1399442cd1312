// The lines that the two protocols consist of, as written (control_line.h reads those that the
// servers get).
//
// All are one JSON object without '\n'.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/record/batch.h"
#include "engine/result.h"

namespace tocsin {

std::string error_line(std::string_view reason);

// Records in, server to feeder.
std::string welcome_line(uint64_t durable);
std::string durable_line(uint64_t lines);
std::string rejected_line(const Reject& reject);
std::string rejected_omitted_line(uint64_t count);

// Warnings out, server to subscriber. `clock` is null before the first record.
std::string heartbeat_line(const std::optional<std::string>& clock, uint64_t seq);
std::string gap_line(uint64_t from, uint64_t to);
std::string acknowledged_line(uint64_t seq);     // the cursor is on disk
std::string acknowledgement_line(uint64_t seq);  // subscriber to server

// An Error as one sentence or two.
std::string error_text(const Error& error);

}  // namespace tocsin
