// A terminal on a real connection to ems-telemetryd, for tests: blocking, every wait with its
// limit.
#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/child_process.h"
#include "tests/telemetry/gateway/terminal.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

namespace ems::test {

// One connection; everything received is kept.
class TerminalLine {
    using Frame = gateway::Frame;
    using FrameStream = gateway::FrameStream;
    using ReplyResult = gateway::ReplyResult;
    using Tcp = boost::asio::ip::tcp;

  public:
    explicit TerminalLine(std::uint16_t port) {
        const bool connected = eventually(
            [&] {
                boost::system::error_code error;
                socket_ = Tcp::socket{context_};
                socket_.connect({boost::asio::ip::address_v4::loopback(), port}, error);
                return !error;
            },
            std::chrono::seconds{10});
        EXPECT_TRUE(connected);
        listen();
    }

    void send(std::uint16_t message, std::uint16_t serial, std::string_view body) {
        boost::system::error_code ignored;
        boost::asio::write(
            socket_, boost::asio::buffer(gateway::encode_frame(header(message, serial), body)),
            ignored);
    }
    // Registers until the server knows its registry, then authenticates.
    bool log_in() {
        for (std::uint16_t serial = 1; serial < 60; ++serial) {
            send(gateway::id::kRegister, serial, body(RawRegistration{}, gateway::Version::v2013));
            const Frame* welcome = await(
                [](const Frame& frame) { return frame.header.id == gateway::id::kRegisterReply; },
                std::chrono::milliseconds{500});
            if (welcome == nullptr) {
                continue;
            }
            const auto reply = std::get<gateway::RegisterReply>(
                gateway::decode(welcome->header, welcome->body).value());
            received_.clear();
            if (reply.result == gateway::RegisterResult::done) {
                send(gateway::id::kAuthenticate, 100, reply.code);
                return answered(100, std::chrono::seconds{5});
            }
        }
        return false;
    }
    bool answered(std::uint16_t serial, std::chrono::milliseconds limit) {
        return await(
                   [serial](const Frame& frame) {
                       if (frame.header.id != gateway::id::kPlatformReply) {
                           return false;
                       }
                       const auto reply = std::get<gateway::PlatformReply>(
                           gateway::decode(frame.header, frame.body).value());
                       return reply.serial == serial && reply.result == ReplyResult::done;
                   },
                   limit) != nullptr;
    }

    // The first text that was sent down and not yet taken; its answer names the serial.
    struct Shown {
        std::uint16_t serial{0};
        gateway::TextDown text;
    };
    std::optional<Shown> text(std::chrono::milliseconds limit) {
        const Frame* frame =
            await([](const Frame& one) { return one.header.id == gateway::id::kTextDown; }, limit);
        if (frame == nullptr) {
            return std::nullopt;
        }
        Shown shown{frame->header.serial, std::get<gateway::TextDown>(
                                              gateway::decode(frame->header, frame->body).value())};
        std::erase_if(received_,
                      [](const Frame& one) { return one.header.id == gateway::id::kTextDown; });
        return shown;
    }
    void answer(const Shown& shown, ReplyResult result) {
        answer(gateway::id::kTextDown, shown.serial, result);
    }

    // The first message of this kind that was sent down and not yet taken.
    std::optional<Frame> sent_down(std::uint16_t message, std::chrono::milliseconds limit) {
        const Frame* found =
            await([message](const Frame& one) { return one.header.id == message; }, limit);
        if (found == nullptr) {
            return std::nullopt;
        }
        Frame frame = *found;
        received_.erase(received_.begin() + (found - received_.data()));
        return frame;
    }
    void answer(const Frame& frame, ReplyResult result) {
        answer(frame.header.id, frame.header.serial, result);
    }

  private:
    void answer(std::uint16_t message, std::uint16_t serial, ReplyResult result) {
        std::string body;
        gateway::put_u16(body, serial);
        gateway::put_u16(body, message);
        gateway::put_u8(body, static_cast<std::uint8_t>(result));
        send(gateway::id::kTerminalReply, 200, body);
    }
    const Frame* await(const std::function<bool(const Frame&)>& wanted,
                       std::chrono::milliseconds limit) {
        const auto end = std::chrono::steady_clock::now() + limit;
        for (;;) {
            for (const Frame& frame : received_) {
                if (wanted(frame)) {
                    return &frame;
                }
            }
            if (std::chrono::steady_clock::now() >= end) {
                return nullptr;
            }
            context_.run_one_for(std::chrono::milliseconds{50});
        }
    }
    void listen() {
        socket_.async_read_some(
            boost::asio::buffer(buffer_),
            [this](boost::system::error_code error, std::size_t size) {
                if (error) {
                    return;
                }
                for (const std::string& escaped : frames_.feed({buffer_.data(), size})) {
                    received_.push_back(gateway::decode_frame(escaped).value());
                }
                listen();
            });
    }

    boost::asio::io_context context_{1};
    Tcp::socket socket_{context_};
    std::array<char, 4096> buffer_{};
    FrameStream frames_;
    std::vector<Frame> received_;
};

} // namespace ems::test
