// Pictures of the repository that a painting must equal. EMS_GOLDEN_WRITE=1 writes them anew; a person looks at them then.
#pragma once

#include <QDir>
#include <QImage>
#include <QString>
#include <gtest/gtest.h>

namespace ems::console {

// Edges of letters may differ a little from one rasteriser to the next: a pixel counts when a channel is off by more than
// a quarter, and one of two hundred may; fewer where a few words are what matters.
inline void expect_golden(const QImage& painted, const QString& name, double share_most = 0.005) {
    constexpr int kChannelMost = 64;
    const QString path = QStringLiteral(EMS_SOURCE_DIR "/tests/golden/console/") + name;
    const QImage image = painted.convertToFormat(QImage::Format_RGB32);
    if (qEnvironmentVariableIsSet("EMS_GOLDEN_WRITE")) {
        ASSERT_TRUE(QDir{}.mkpath(QStringLiteral(EMS_SOURCE_DIR "/tests/golden/console")));
        ASSERT_TRUE(image.save(path));
    }
    const QImage golden = QImage{path}.convertToFormat(QImage::Format_RGB32);
    ASSERT_EQ(golden.size(), image.size()) << path.toStdString();
    std::int64_t different = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            const QRgb a = image.pixel(x, y);
            const QRgb b = golden.pixel(x, y);
            const int off = std::max({std::abs(qRed(a) - qRed(b)), std::abs(qGreen(a) - qGreen(b)),
                                      std::abs(qBlue(a) - qBlue(b))});
            different += off > kChannelMost ? 1 : 0;
        }
    }
    const double share = static_cast<double>(different) / (static_cast<double>(image.width()) * image.height());
    if (share > share_most) {
        const QString seen = QStringLiteral(EMS_BINARY_DIR "/console_pictures/");
        QDir{}.mkpath(seen);
        image.save(seen + name);
    }
    EXPECT_LE(share, share_most) << name.toStdString() << "; what was painted lies in <build>/console_pictures";
}

} // namespace ems::console
