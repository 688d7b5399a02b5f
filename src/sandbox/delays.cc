#include "sandbox/sandbox.h"

namespace hikae::sandbox {

Delays Delays::realistic() {
  return {.stop = seconds(40),
          .start = seconds(20),
          .reboot = seconds(30),
          .status_checks = seconds(90),
          .terminate = seconds(30),
          .forget = hours(1),
          .agent_online = seconds(30),
          .agent_lost = minutes(5),
          .lost_reply = seconds(20),
          .snapshot_appears = {Duration{5}, Duration{35}},  // before the answer comes
          .snapshot = {seconds(90), seconds(180)},
          .image = {minutes(4), minutes(7)},
          .latency = {Duration{40}, Duration{120}},
          .volume_created = seconds(5),
          .volume_attached = seconds(4),
          .volume_detached = seconds(6),
          .volume_modified = seconds(20),
          .volume_optimized = minutes(10),
          .volume_deleted = seconds(5),
          .image_registered = seconds(3)};
}

Delays Delays::quick() {
  return {.stop = seconds(2),
          .start = seconds(1),
          .reboot = seconds(1),
          .status_checks = seconds(2),
          .terminate = seconds(1),
          .forget = minutes(2),
          .agent_online = seconds(1),
          .agent_lost = seconds(5),
          .lost_reply = seconds(2),
          .snapshot_appears = {Duration{0}, Duration{0}},
          .snapshot = {seconds(1), seconds(2)},
          .image = {seconds(3), seconds(6)},
          .latency = {Duration{0}, Duration{3}},
          .volume_created = seconds(1),
          .volume_attached = seconds(1),
          .volume_detached = seconds(1),
          .volume_modified = seconds(1),
          .volume_optimized = seconds(2),
          .volume_deleted = seconds(1),
          .image_registered = seconds(1)};
}

}  // namespace hikae::sandbox
