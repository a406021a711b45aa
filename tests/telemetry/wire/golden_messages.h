// One fixed message for each layout that crosses the wire. Its bytes stand in
// tests/golden/wire/<name>.hex.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <google/protobuf/message.h>

namespace ems::test {

struct GoldenMessage {
    std::string name;
    std::unique_ptr<google::protobuf::Message> message;
};

// Only ever appended to: a case stays what a writer of its time sent. A new field gets a new case.
std::vector<GoldenMessage> golden_messages();

} // namespace ems::test
