#include "telemetry/print/pdf.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include <QGuiApplication>
#include <QImage>
#include <QPainter>

#include "telemetry/print/page_painter.h"
#include "tests/support/temp_dir.h"

namespace ems::print {
namespace {

signal::Page small_page() {
    signal::Page page;
    page.title = "心电图";
    page.shapes.emplace_back(signal::PagePolyline{signal::Ink::trace, 0.5, {{50, 20}, {50, 60}}});
    page.shapes.emplace_back(signal::PageText{{100, 40}, 10, "心电图 ECG"});
    return page;
}

std::string contents(const std::filesystem::path& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

TEST(Pdf, IsOnePageOfA4AcrossWithItsFontInside) {
    const test::TempDir dir;
    const auto path = dir.path() / "page.pdf";
    const auto written = write_pdf(small_page(), path.string());
    ASSERT_TRUE(written) << written.error().message();
    const std::string pdf = contents(path);
    ASSERT_TRUE(pdf.starts_with("%PDF-"));
    EXPECT_NE(pdf.find("/Count 1"), std::string::npos);
    EXPECT_NE(pdf.find("/FontFile"), std::string::npos);
    // 297 x 210 mm in points
    const std::size_t box = pdf.find("/MediaBox [0 0 ");
    ASSERT_NE(box, std::string::npos);
    EXPECT_NEAR(std::stod(pdf.substr(box + 15)), 841.89, 1);
}

TEST(Pdf, AFolderThatIsNotThereIsAnErrorWithItsName) {
    const auto written = write_pdf(small_page(), "/nonexistent/page.pdf");
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, Code::io);
    EXPECT_NE(written.error().detail.find("/nonexistent/page.pdf"), std::string::npos);
}

TEST(PagePainter, DrawsAtTrueSizeAndHasTheHanCharacters) {
    int argc = 1;
    char name[] = "test";
    char* argv[] = {name, nullptr};
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const QGuiApplication application{argc, argv};
    constexpr int kPxPerMm = 4;
    QImage image{297 * kPxPerMm, 210 * kPxPerMm, QImage::Format_RGB32};
    image.fill(Qt::white);
    {
        QPainter painter{&image};
        paint_page(small_page(), painter, kPxPerMm);
    }
    const auto dark = [&](int x_mm, int y_mm) {
        return qGray(image.pixel(x_mm * kPxPerMm, y_mm * kPxPerMm)) < 128;
    };
    EXPECT_TRUE(dark(50, 30));
    EXPECT_FALSE(dark(52, 30));
    EXPECT_FALSE(dark(50, 62));
    // Three Han characters of an em each: ink in each third of 30 mm, and not the outline of a box.
    for (int third = 0; third < 3; ++third) {
        int ink = 0;
        int middle_ink = 0;
        for (int x = 0; x < 10 * kPxPerMm; ++x) {
            for (int y = 0; y < 10 * kPxPerMm; ++y) {
                const bool is_dark =
                    qGray(image.pixel((100 + 10 * third) * kPxPerMm + x, 31 * kPxPerMm + y)) < 128;
                const bool middle = x > 12 && x < 28 && y > 12 && y < 28;
                ink += is_dark ? 1 : 0;
                middle_ink += is_dark && middle ? 1 : 0;
            }
        }
        EXPECT_GT(ink, 80) << third;
        EXPECT_GT(middle_ink, 10) << third;
    }
}

} // namespace
} // namespace ems::print
