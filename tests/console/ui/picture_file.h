// Pictures of the desks to be looked at: <build>/console_pictures, and with EMS_PICTURES_DIR in that folder too, in 256
// colours, as they stand in console/pictures.
#pragma once

#include <QDir>
#include <QImage>
#include <QString>
#include <gtest/gtest.h>

namespace ems::console {

inline void save_picture(const QImage& picture, const QString& name) {
    const QString folder = QStringLiteral(EMS_BINARY_DIR "/console_pictures/");
    QDir{}.mkpath(folder);
    EXPECT_TRUE(picture.save(folder + name));
    const QString small = qEnvironmentVariable("EMS_PICTURES_DIR");
    if (!small.isEmpty()) {
        const QImage few = picture.convertToFormat(QImage::Format_Indexed8, Qt::ThresholdDither | Qt::AvoidDither);
        EXPECT_TRUE(few.save(QDir{small}.filePath(name), "PNG", 0)); // quality 0: pressed hardest
    }
}

} // namespace ems::console
