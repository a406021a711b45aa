-- Grants end within hours; ems-mediad deletes those of a month ago. Who watched and spoke stays in the audit.
grant delete on media.viewer_grant, media.voice_grant to ems_media;
