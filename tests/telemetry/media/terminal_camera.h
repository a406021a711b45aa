// A vehicle terminal's camera, for tests: pictures that carry their number, encoded once, sent as
// JT/T 1078 at their own pace to where 0x9101 said.
#pragma once

#include <array>
#include <cstdint>
#include <fstream>
#include <gst/app/gstappsink.h>
#include <gst/gst.h>
#include <gtest/gtest.h>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "telemetry/base/clock.h"
#include "telemetry/gateway/stream1078.h"
#include "telemetry/video/barcode.h"
#include "telemetry/video/pipeline.h"
#include "telemetry/video/receiver.h"
#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

namespace ems::test {

struct EncodedPicture {
    std::string bytes; // annex B
    bool key{false};
};

inline constexpr int kPicturesPerSecond = 15;

// Pictures 0 to count - 1, each with its number (video/barcode.h), a key frame every second.
inline std::vector<EncodedPicture> numbered_pictures(int count) {
    constexpr int kWidth = video::kBarcodeWidth;
    constexpr int kHeight = 160;
    TempDir dir;
    const std::string raw = (dir.path() / "raw").string();
    {
        std::mt19937 random{1};
        std::vector<std::uint8_t> picture(kWidth * kHeight * 3 / 2, 128);
        for (std::size_t i = 0; i < std::size_t{kWidth} * kHeight; ++i) {
            picture[i] =
                static_cast<std::uint8_t>(16 + random() % 200); // key frames of many packets
        }
        std::ofstream out{raw, std::ios::binary};
        for (int i = 0; i < count; ++i) {
            video::draw_barcode({picture, kWidth, kHeight, kWidth}, static_cast<std::uint32_t>(i));
            out.write(reinterpret_cast<const char*>(picture.data()),
                      static_cast<std::streamsize>(picture.size()));
        }
    }
    EXPECT_TRUE(video::VideoReceiver::prepare());
    auto pipeline = video::Pipeline::parse(
        "filesrc name=file ! rawvideoparse format=i420 width=384 height=160 framerate=15/1 ! "
        "x264enc tune=zerolatency speed-preset=ultrafast key-int-max=15 bitrate=600 ! "
        "video/x-h264,stream-format=byte-stream,alignment=au ! appsink name=out sync=false");
    EXPECT_TRUE(pipeline);
    std::mutex mutex;
    std::vector<EncodedPicture> out;
    (*pipeline)->set_text("file", "location", raw);
    (*pipeline)->on_sample("out", [&](GstSample* sample) {
        GstBuffer* buffer = gst_sample_get_buffer(sample);
        GstMapInfo map;
        gst_buffer_map(buffer, &map, GST_MAP_READ);
        const std::lock_guard lock{mutex};
        out.push_back({{reinterpret_cast<const char*>(map.data), map.size},
                       !GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT)});
        gst_buffer_unmap(buffer, &map);
    });
    EXPECT_TRUE((*pipeline)->play());
    bool ended = false;
    EXPECT_TRUE(eventually([&] { return ended = ended || (*pipeline)->poll().ended; },
                           std::chrono::seconds{30}));
    pipeline->reset();
    EXPECT_EQ(out.size(), static_cast<std::size_t>(count));
    return out;
}

class TerminalCamera {
    using Tcp = boost::asio::ip::tcp;

  public:
    TerminalCamera(const std::vector<EncodedPicture>& pictures, std::uint16_t port,
                   std::uint8_t channel, const std::string& sim = "013511221122",
                   const char* from = "127.0.0.1")
        : pictures_(pictures), channel_(channel), sim_(gateway::Phone::parse(sim).value()) {
        socket_.open(Tcp::v4());
        socket_.bind({boost::asio::ip::make_address_v4(from), 0});
        socket_.connect({boost::asio::ip::address_v4::loopback(), port});
        socket_.async_read_some(boost::asio::buffer(&byte_, 1),
                                [this](boost::system::error_code error, std::size_t) {
                                    closed_ = static_cast<bool>(error);
                                });
    }
    // Sends what is due; called by the test's own waiting, in place of a timer.
    void beat() {
        context_.restart();
        context_.poll();
        const Ticks now = SystemClock{}.ticks();
        if (closed_ || now - sent_at_ < std::chrono::milliseconds{1000 / kPicturesPerSecond}) {
            return;
        }
        sent_at_ = now;
        send(pictures_[next_++ % pictures_.size()]);
        if (sounds_) {
            send_sound();
        }
    }
    // With each picture as much of a tone of 500 Hz, G.711A.
    void make_sound() { sounds_ = true; }
    // What it says its pictures are.
    void call_pictures(std::uint8_t payload_type) { payload_type_ = payload_type; }
    [[nodiscard]] bool closed() const { return closed_; }
    [[nodiscard]] std::size_t sent() const { return next_; }

  private:
    [[nodiscard]] std::uint64_t time_ms() const {
        return 0x19D00D0FB40 + next_ * 1000 / kPicturesPerSecond;
    }
    void send_sound() {
        constexpr std::size_t kSamples = 8000 / kPicturesPerSecond;
        gateway::StreamPacket packet;
        packet.sim = sim_;
        packet.channel = channel_;
        packet.payload_type = gateway::payload::kG711A;
        packet.data = gateway::StreamData::audio;
        packet.time_ms = time_ms();
        packet.seq = seq_++;
        packet.body.resize(kSamples);
        for (std::size_t i = 0; i < kSamples; ++i) { // a square wave, a thirtieth of full scale
            packet.body[i] = (next_ * kSamples + i) / 8 % 2 == 0 ? '\xe5' : '\x65';
        }
        boost::system::error_code ignored;
        boost::asio::write(socket_, boost::asio::buffer(gateway::encode(packet)), ignored);
    }
    void send(const EncodedPicture& picture) {
        constexpr std::size_t kBodySize = 950; // the standard's most
        gateway::StreamPacket packet;
        packet.sim = sim_;
        packet.channel = channel_;
        packet.payload_type = payload_type_;
        packet.data = picture.key ? gateway::StreamData::i_frame : gateway::StreamData::p_frame;
        packet.time_ms = time_ms();
        std::string bytes;
        for (std::size_t at = 0; at < picture.bytes.size(); at += kBodySize) {
            const bool first = at == 0;
            const bool last = at + kBodySize >= picture.bytes.size();
            packet.fragment = first && last ? gateway::Fragment::whole
                              : first       ? gateway::Fragment::first
                              : last        ? gateway::Fragment::last
                                            : gateway::Fragment::middle;
            packet.marker = last;
            packet.seq = seq_++;
            packet.body = picture.bytes.substr(at, kBodySize);
            bytes += gateway::encode(packet);
        }
        boost::system::error_code ignored;
        boost::asio::write(socket_, boost::asio::buffer(bytes), ignored);
    }

    const std::vector<EncodedPicture>& pictures_;
    const std::uint8_t channel_;
    const gateway::Phone sim_;
    boost::asio::io_context context_{1};
    Tcp::socket socket_{context_};
    char byte_{};
    bool closed_{false};
    bool sounds_{false};
    std::uint8_t payload_type_{gateway::payload::kH264};
    std::uint16_t seq_{0};
    std::size_t next_{0};
    Ticks sent_at_{};
};

} // namespace ems::test
