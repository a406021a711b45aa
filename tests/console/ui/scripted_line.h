// An intercom's line that says what a test has it say, and remembers what the desk does with it.
#pragma once

#include <cstdint>
#include <vector>

#include "console/widgets/intercom.h"

namespace ems::console {

class ScriptedLine final : public IntercomLine {
  public:
    void open(const api::VoiceGrant& grant) override { opened.push_back(grant.unit_id()); }
    void close() override { ++closed; }
    void press(video::Talk talk) override { key = talk; }
    void wish(video::LineWish line) override { wishes.push_back(line); }
    [[nodiscard]] video::VoiceStatus status() const override { return now; }

    std::vector<std::int64_t> opened;
    int closed{0};
    video::Talk key{video::Talk::none};
    std::vector<video::LineWish> wishes;
    video::VoiceStatus now;
};

} // namespace ems::console
