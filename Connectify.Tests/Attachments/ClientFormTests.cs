using System.Text;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Attachments;

/// <summary>Multipart bodies as phones, browsers and libraries write them.</summary>
public class ClientFormTests(UploadServer server) : IClassFixture<UploadServer>
{
    [Theory]

    // React Native 0.74 to 0.76: encodeURI leaves these bare.
    [InlineData("filename=\"IMG (1).jpg\"; filename*=utf-8''IMG%20(1).jpg", "IMG (1).jpg")]
    [InlineData("filename=\"a, b = [c].jpg\"; filename*=utf-8''a,%20b%20=%20[c].jpg", "a, b = [c].jpg")]
    [InlineData("filename=\"it's.jpg\"; filename*=utf-8''it's.jpg", "it's.jpg")]
    [InlineData("filename=\"a;b.jpg\"; filename*=utf-8''a;b.jpg", "a;b.jpg")]
    [InlineData("filename=\"Отчёт.pdf\"; filename*=utf-8''%D0%9E%D1%82%D1%87%D1%91%D1%82.pdf", "Отчёт.pdf")]

    // React Native from 0.77 on escapes the plain name.
    [InlineData("filename=\"%D0%9E%D1%82%D1%87%D1%91%D1%82%201.pdf\"", "Отчёт 1.pdf")]
    [InlineData("filename=\"IMG%20(1)%2C%20%5Bx%5D.jpg\"", "IMG (1), [x].jpg")]
    [InlineData("filename=\"100%25.txt\"", "100%.txt")]

    // Browsers, curl and OkHttp escape three characters.
    [InlineData("filename=\"a%22b.jpg\"", "a\"b.jpg")]
    [InlineData("filename=\"Grüße %22x%22.txt\"", "Grüße \"x\".txt")]
    [InlineData("filename=\"a%0D%0Ab.txt\"", "ab.txt")]

    // No escapes, or not UTF-8.
    [InlineData("filename=\"100%.txt\"", "100%.txt")]
    [InlineData("filename=\"100%\"", "100%")]
    [InlineData("filename=\"50% off %20.txt\"", "50% off %20.txt")]
    [InlineData("filename=\"a%FFb.txt\"", "a%FFb.txt")]

    // Quotes and backslashes.
    [InlineData("filename=\"a\\\"b.jpg\"", "a\"b.jpg")]
    [InlineData("filename=\"a\"b\".jpg\"", "a\"b\".jpg")]
    [InlineData("filename=\"a; b=c.jpg\"; size=5", "a; b=c.jpg")]
    [InlineData("filename=\"cat\\\"; filename*=utf-8''cat.jpg", "cat.jpg")]
    [InlineData("filename=\"C:\\Users\\ann\\cat.png\"", "cat.png")]
    [InlineData("filename=\"C:\\\\Users\\\\ann\\\\cat.png\"", "cat.png")]
    [InlineData("filename=\"/storage/emulated/0/cat.png\"", "cat.png")]
    [InlineData("filename=\"cat.png; size=5", "cat.png")]

    // Without quotes.
    [InlineData("filename=my photo (1).jpg", "my photo (1).jpg")]
    [InlineData("filename=my photo.jpg; size=5", "my photo.jpg")]
    [InlineData("filename=фото.jpg", "фото.jpg")]
    [InlineData("filename='cat.png'", "cat.png")]
    [InlineData("FileName = \"cat.png\"", "cat.png")]

    // Raw UTF-8 beside the extended name, also in it.
    [InlineData("filename=\"Grüße.txt\"; filename*=UTF-8''Gr%C3%BC%C3%9Fe.txt", "Grüße.txt")]
    [InlineData("filename=\"x\"; filename*=utf-8''Grüße.txt", "Grüße.txt")]

    // Other charsets and languages; quoted.
    [InlineData("filename=\"x\"; filename*=iso-8859-1'en'Gr%FC%DFe.txt", "Grüße.txt")]
    [InlineData("filename=\"x\"; filename*=Utf8'de'a%20b.txt", "a b.txt")]
    [InlineData("filename=\"x\"; filename*=\"utf-8''a%20b.txt\"", "a b.txt")]
    [InlineData("FILENAME*=UTF-8''a.txt; filename=\"x\"", "a.txt")]
    [InlineData("filename=\"=?utf-8?B?R3LDvMOfZS50eHQ=?=\"", "Grüße.txt")]
    [InlineData("filename=\"=?UTF-8?Q?Gr=C3=BC=C3=9Fe_1.txt?=\"", "Grüße 1.txt")]
    [InlineData("filename=\"=?utf-8?B?%%%?=\"", "=?utf-8?B?%%%?=")]

    // An extended name that can't be read.
    [InlineData("filename=\"cat.png\"; filename*=utf-8''%FF.png", "cat.png")]
    [InlineData("filename=\"cat.png\"; filename*=utf-8''100%.png", "cat.png")]
    [InlineData("filename=\"cat.png\"; filename*=koi8-r''%FF.png", "cat.png")]
    [InlineData("filename=\"cat.png\"; filename*=utf-8''", "cat.png")]
    [InlineData("filename=\"cat.png\"; filename*=dog.png", "cat.png")]
    [InlineData("filename=\"cat.png\"; filename*=", "cat.png")]
    [InlineData("filename*=dog.png", "dog.png")]
    [InlineData("filename*=utf-8''%FF.png", "%FF.png")]

    // Odd parameters.
    [InlineData("; ;filename=\"cat.png\";", "cat.png")]
    [InlineData("odd; filename=\"cat.png\"", "cat.png")]
    [InlineData("=odd; filename=\"cat.png\"", "cat.png")]
    [InlineData("odd=; filename=\"cat.png\"; odd", "cat.png")]
    [InlineData("filename=cat.png; odd", "cat.png")]
    [InlineData("x=\"a;b\\\"c\"; filename=\"cat.png\"", "cat.png")]
    [InlineData("filename*0=\"cat\"; filename*1=\".png\"", "file")]

    // Two characters for one, as on a Mac.
    [InlineData("filename=\"Re\u0301sume\u0301.pdf\"", "R\u00e9sum\u00e9.pdf")]
    [InlineData("filename=\"Re%CC%81sume%CC%81.pdf\"", "R\u00e9sum\u00e9.pdf")]
    public async Task A_name_is_what_the_client_meant(string parameters, string name)
    {
        var file = (await Send($"content-disposition: form-data; name=\"attachments\"; {parameters}\r\n").Ok()).Items("attachments").Single();
        (file.Text("file_name"), file.Number("size")).Should().Be((name, 6));
    }

    [Theory]
    [InlineData("form-data; name=\"attachments\"; filename=\"a\"")]
    [InlineData("form-data;name=\"attachments\";filename=\"a\"")]
    [InlineData("FORM-DATA; NAME=attachments; FILENAME=a")]
    [InlineData("form-data; filename=\"a\"; name=\"attachments[]\"")]
    [InlineData("form-data; name*=utf-8''attachments; filename=\"a\"")]
    [InlineData("form-data; name='attachments'; filename=\"a\"")]
    [InlineData("form-data; name = attachments ; filename=\"a\"")]
    [InlineData("form-data ; name=attachments; name=other; filename=\"a\"")]
    public async Task A_field_is_found(string disposition)
        => (await Send($"Content-Disposition: {disposition}\r\n").Ok()).Items("attachments").Should().ContainSingle();

    [Theory]
    [InlineData("image/gif")]
    [InlineData("application/octet-stream")]
    public async Task A_file_may_have_no_name(string contentType)
    {
        var file = (await Send($"content-disposition: form-data; name=\"attachments\"\r\ncontent-type: {contentType}\r\n").Ok()).Items("attachments").Single();
        (file.Text("file_name"), file.Text("type")).Should().Be(("file", "image"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit\r\n")]
    [InlineData("Content-Length: 6\r\nContent-Type:\r\n")]
    public async Task A_text_is_no_file(string headers)
    {
        await Send($"Content-Disposition: form-data; name=\"attachments\"\r\n{headers}").Fails(400, code: "attachments_need_multipart");
        (await Send($"Content-Disposition: form-data; name=\"content\"\r\n{headers}").Ok()).Text("content").Should().Be("GIF89a");
    }

    [Theory]
    [InlineData("multipart/form-data; boundary=\"X\"", "X")]
    [InlineData("Multipart/Form-Data; charset=utf-8; Boundary=X;", "X")]
    [InlineData("multipart/form-data;boundary=X", "X")]
    [InlineData("multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW", "----WebKitFormBoundary7MA4YWxkTrZu0gW")]
    [InlineData("multipart/form-data; boundary=\"a b:c/d(e)\"", "a b:c/d(e)")]
    [InlineData("multipart/form-data; boundary=a:b/c(d)=?", "a:b/c(d)=?")]
    public async Task A_boundary_is_found(string contentType, string boundary)
    {
        var body = $"preamble\r\n--{boundary}\r\nContent-Disposition: form-data; name=content\r\n\r\nhi\r\n--{boundary}--\r\nepilogue";
        (await server.PostRaw(body, contentType).Ok()).Text("content").Should().Be("hi");
    }

    private Task<Reply> Send(string headers)
        => server.PostRaw(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes($"--X\r\n{headers}\r\nGIF89a\r\n--X--\r\n")));
}
