// What is asked of a camera device, by what real ones offer.
#include "vehicle/agent/camera_format.h"

#include <gst/gst.h>
#include <gtest/gtest.h>

#include <string>

namespace ems::vehicle {
namespace {

// A UVC camera of a laptop, as v4l2src tells it.
constexpr const char* kWebcam =
    "video/x-raw,format=YUY2,width=1920,height=1080,framerate=5/1;"
    "video/x-raw,format=YUY2,width=1280,height=720,framerate=(fraction){10/1,5/1};"
    "video/x-raw,format=YUY2,width=640,height=480,framerate=(fraction){30/1,20/1,15/1,5/1};"
    "video/x-raw,format=YUY2,width=640,height=360,framerate=(fraction){30/1,20/1,15/1,5/1};"
    "video/x-raw,format=YUY2,width=320,height=240,framerate=(fraction){30/1,15/1};"
    "image/jpeg,parsed=true,width=1920,height=1080,framerate=(fraction){30/1,15/1};"
    "image/jpeg,parsed=true,width=1280,height=720,framerate=(fraction){30/1,15/1};"
    "image/jpeg,parsed=true,width=640,height=360,framerate=(fraction){30/1,15/1}";

class CameraFormat : public testing::Test {
  protected:
    static void SetUpTestSuite() { gst_init(nullptr, nullptr); }
    static std::string chosen(const char* offered, PictureSize size, int fps) {
        GstCaps* caps = gst_caps_from_string(offered);
        GstCaps* out = choose_format(caps, size, fps);
        gst_caps_unref(caps);
        if (out == nullptr) {
            return "nothing";
        }
        const GstStructure* one = gst_caps_get_structure(out, 0);
        int width = 0;
        int height = 0;
        int numerator = 0;
        int denominator = 1;
        gst_structure_get_int(one, "width", &width);
        gst_structure_get_int(one, "height", &height);
        gst_structure_get_fraction(one, "framerate", &numerator, &denominator);
        std::string text = std::string{gst_structure_get_name(one)} + " " + std::to_string(width) +
                           "x" + std::to_string(height) + " " + std::to_string(numerator) + "/" +
                           std::to_string(denominator);
        EXPECT_TRUE(gst_caps_is_fixed(out)) << text;
        gst_caps_unref(out);
        return text;
    }
};

TEST_F(CameraFormat, TheSizeAndRateThatAreWantedRawWhereTheDeviceGivesThem) {
    EXPECT_EQ(chosen(kWebcam, {640, 360}, 15), "video/x-raw 640x360 15/1");
}

TEST_F(CameraFormat, MjpegWhereRawPicturesOfThatSizeComeTooSlowly) {
    EXPECT_EQ(chosen(kWebcam, {1280, 720}, 15), "image/jpeg 1280x720 15/1");
    EXPECT_EQ(chosen(kWebcam, {1920, 1080}, 25), "image/jpeg 1920x1080 30/1");
}

TEST_F(CameraFormat, TheNextLargerSizeThanOneThatIsNotOffered) {
    EXPECT_EQ(chosen(kWebcam, {600, 340}, 15), "video/x-raw 640x360 15/1");
    EXPECT_EQ(chosen("video/x-raw,format=YUY2,width=320,height=240,framerate=30/1;"
                     "video/x-raw,format=YUY2,width=160,height=120,framerate=30/1",
                     {640, 360}, 15),
              "video/x-raw 320x240 30/1")
        << "the largest, where none is large enough";
}

TEST_F(CameraFormat, TheFastestWhereNoneIsFastEnough) {
    EXPECT_EQ(chosen("video/x-raw,format=YUY2,width=640,height=360,framerate=(fraction){5/1,10/1}",
                     {640, 360}, 15),
              "video/x-raw 640x360 10/1");
}

TEST_F(CameraFormat, ExactlyWhatIsWantedOfADeviceThatOffersRanges) {
    EXPECT_EQ(chosen("video/x-raw,format=NV12,width=(int)[32,2592],height=(int)[32,1944],"
                     "framerate=(fraction)[1/1,60/1]",
                     {640, 360}, 15),
              "video/x-raw 640x360 15/1");
}

TEST_F(CameraFormat, NothingOfADeviceThatGivesNeitherRawPicturesNorMjpeg) {
    EXPECT_EQ(chosen("video/x-h264,width=640,height=360,framerate=30/1", {640, 360}, 15), "nothing");
    EXPECT_EQ(chosen("EMPTY", {640, 360}, 15), "nothing");
}

} // namespace
} // namespace ems::vehicle
