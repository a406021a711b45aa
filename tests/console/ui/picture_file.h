// Pictures of the desks to be looked at: <build>/console_pictures, and with EMS_PICTURES_DIR in that folder too, in 256
// colours, as they stand in console/pictures.
#pragma once

#include <algorithm>

#include <QDir>
#include <QHash>
#include <QImage>
#include <QString>
#include <gtest/gtest.h>

namespace ems::console {

// With the 256 colours that are seen most; others become the nearest of those, so a small symbol may lose its hue.
inline QImage in_few_colours(const QImage& picture) {
    const QImage in = picture.convertToFormat(QImage::Format_RGB32);
    QHash<QRgb, int> counts;
    for (int y = 0; y < in.height(); ++y) {
        for (int x = 0; x < in.width(); ++x) {
            ++counts[in.pixel(x, y)];
        }
    }
    QList<QRgb> colours = counts.keys();
    std::sort(colours.begin(), colours.end(), [&](QRgb a, QRgb b) { return counts[a] > counts[b]; });
    colours.resize(std::min<qsizetype>(colours.size(), 256));
    QHash<QRgb, uint> places;
    const auto place = [&](QRgb wanted) {
        const auto off = [&](QRgb c) {
            return std::abs(qRed(c) - qRed(wanted)) + std::abs(qGreen(c) - qGreen(wanted)) + std::abs(qBlue(c) - qBlue(wanted));
        };
        const auto nearest = std::min_element(colours.begin(), colours.end(), [&](QRgb a, QRgb b) { return off(a) < off(b); });
        return static_cast<uint>(nearest - colours.begin());
    };
    QImage out{in.size(), QImage::Format_Indexed8};
    out.setColorTable(colours);
    for (int y = 0; y < in.height(); ++y) {
        for (int x = 0; x < in.width(); ++x) {
            const QRgb c = in.pixel(x, y);
            const auto known = places.constFind(c);
            out.setPixel(x, y, known != places.constEnd() ? *known : *places.insert(c, place(c)));
        }
    }
    return out;
}

inline void save_picture(const QImage& picture, const QString& name) {
    const QString folder = QStringLiteral(EMS_BINARY_DIR "/console_pictures/");
    QDir{}.mkpath(folder);
    EXPECT_TRUE(picture.save(folder + name));
    const QString small = qEnvironmentVariable("EMS_PICTURES_DIR");
    if (!small.isEmpty()) {
        EXPECT_TRUE(in_few_colours(picture).save(QDir{small}.filePath(name), "PNG", 0)); // quality 0: pressed hardest
    }
}

} // namespace ems::console
