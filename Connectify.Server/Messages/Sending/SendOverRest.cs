using Connectify.Server.Attachments;
using Connectify.Server.Attachments.Uploads;
using Connectify.Server.Authentication;
using Connectify.Server.Chats;
using Connectify.Server.Hosting;

namespace Connectify.Server.Messages.Sending;

/// <summary>Sends what a REST body holds: JSON, or a form with files.</summary>
internal sealed class SendOverRest(Database database, UploadReader uploads, SendMessage sendMessage, AttachmentsSettings settings)
{
    public async Task<Outcome<SentMessage>> Run(Caller me, ChatRef chat, HttpRequest request, CancellationToken cancellation)
    {
        if (FormReader.CanRead(request) && await WhyNotUpload(me, chat, cancellation) is { } early) return early;
        var read = await uploads.Read(request, NewAttachment.Limits(settings), me.UserId, cancellation);
        if (read.IsRejected(out var malformed, out var upload)) return malformed;
        await using (upload)
        {
            var files = NewAttachment.From(upload);
            if (files.Rejection is { } unfit) return unfit;
            var draft = new Draft
            {
                Chat = chat,
                Via = SentVia.Rest,
                Content = upload.Fields.Text("content", int.MaxValue) ?? "",
                ReplyTo = upload.Fields.Id("reply_to"),
                ClientMessageId = upload.Fields.Text("client_message_id", MessageRules.MaxClientMessageId),
                Files = files.Value,
            };
            if (upload.Fields.Rejection is { } invalid) return invalid;

            // On disk before the commit: a message that is there has its files. One that fails leaves none: see Upload.
            await upload.Store(cancellation);
            return await Send(me, draft, upload, cancellation);
        }
    }

    private async Task<Outcome<SentMessage>> Send(Caller me, Draft draft, Upload upload, CancellationToken cancellation)
    {
        try
        {
            var sent = await sendMessage.Run(me, draft, cancellation);
            if (sent.Rejection is null && !sent.Value.IsRepeat) upload.Keep();
            return sent;
        }
        catch (Exception e) when (e.IsDatabaseUnavailable())
        {
            // The commit may have happened: better files without a message than a message without its files.
            upload.Keep();
            throw;
        }
    }

    // Checks access before the upload. The send checks it again, under the lock.
    private async Task<Rejection?> WhyNotUpload(Caller me, ChatRef chat, CancellationToken cancellation)
    {
        var access = await ChatAccess.Find(database, me.UserId, chat, cancellation);
        return access.Rejection ?? access.Value.WhyNotWrite();
    }
}
