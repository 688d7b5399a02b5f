// The checkers, each named as its promise. Facts outlive them.
#pragma once

#include <memory>

#include "sim/court.h"

namespace hikae::sim {

[[nodiscard]] std::unique_ptr<Checker> make_power_checker();                         // S1
[[nodiscard]] std::unique_ptr<Checker> make_theft_checker(const Facts& facts);       // S2
[[nodiscard]] std::unique_ptr<Checker> make_bounded_stop_checker();                  // S3
[[nodiscard]] std::unique_ptr<Checker> make_one_image_checker();                     // S4
[[nodiscard]] std::unique_ptr<Checker> make_good_checker();                          // S5
[[nodiscard]] std::unique_ptr<Checker> make_generations_checker(const Facts& f);     // S6
[[nodiscard]] std::unique_ptr<Checker> make_only_ours_checker();                     // S7
[[nodiscard]] std::unique_ptr<Checker> make_deletion_order_checker(const Facts& f);  // S8
[[nodiscard]] std::unique_ptr<Checker> make_intent_checker();                        // S9
[[nodiscard]] std::unique_ptr<Checker> make_replay_checker();                        // S10
[[nodiscard]] std::unique_ptr<Checker> make_instants_checker(const Facts& facts);    // S11
[[nodiscard]] std::unique_ptr<Checker> make_on_time_checker(const Facts& facts);     // S12
[[nodiscard]] std::unique_ptr<Checker> make_one_run_checker();                       // S13
[[nodiscard]] std::unique_ptr<Checker> make_told_checker(const Facts& facts);        // S14
[[nodiscard]] std::unique_ptr<Checker> make_event_once_checker();                    // S15
[[nodiscard]] std::unique_ptr<Checker> make_history_checker();                       // S16
[[nodiscard]] std::unique_ptr<Checker> make_liveness_checker();                      // L1, L2

}  // namespace hikae::sim
