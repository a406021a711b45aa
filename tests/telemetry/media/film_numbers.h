// The numbers of the test pictures in a Matroska file, in the order they are played.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <vector>

#include <gst/gst.h>

#include "telemetry/video/barcode.h"
#include "telemetry/video/pipeline.h"
#include "tests/support/child_process.h"

namespace ems::test {

struct FilmNumbers {
    std::vector<std::uint32_t> numbers;
    std::size_t unreadable{0};
};

// Of pictures `width` x `height`; another size is unreadable.
inline FilmNumbers film_numbers(const std::filesystem::path& path, int width = 640,
                                int height = 360) {
    FilmNumbers out;
    auto made = video::Pipeline::parse(
        "filesrc name=file ! matroskademux ! h264parse ! avdec_h264 ! videoconvert ! "
        "video/x-raw,format=GRAY8 ! appsink name=out sync=false");
    if (!made) {
        return out;
    }
    std::mutex mutex;
    (*made)->set_text("file", "location", path.string());
    (*made)->on_sample("out", [&](GstSample* sample) {
        GstMapInfo map;
        GstBuffer* buffer = gst_sample_get_buffer(sample);
        if (gst_buffer_map(buffer, &map, GST_MAP_READ) == FALSE) {
            return;
        }
        const auto size = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
        const std::lock_guard lock{mutex};
        const auto number = map.size == size
                                ? video::read_barcode({{map.data, size}, width, height, width, 1})
                                : std::nullopt;
        number ? out.numbers.push_back(*number) : static_cast<void>(++out.unreadable);
        gst_buffer_unmap(buffer, &map);
    });
    if (!(*made)->play()) {
        return out;
    }
    bool ended = false;
    eventually(
        [&] {
            const video::Pipeline::Words words = (*made)->poll();
            return ended = ended || words.ended || words.error.has_value();
        },
        std::chrono::seconds{20});
    (*made)->stop();
    return out;
}

} // namespace ems::test
