"""Forms in a browser: drawn from what `Form.present` says, and read back into what `Form.validate` takes.

A page uses it so, with `form` a `cpm.forms.Form` and the macros of `forms/_fields.html`:

    GET     fields = form.present(scope, now=..., language=...)
            {{ form_fields(fields, language=language) }}
    POST    values = posted(form.fields, request.form, look.local_now)
            if moves(request.form): draw the page again with `values`     # a button of a list: nothing is handed in
            command(uow, ..., values, asked=asked(request.form))          # calls Form.validate
    Invalid fields = form.present(scope, values, now=..., language=...)   # conditions follow what was typed
            {{ summary(error.faults(language), fields, language) }}
            {{ form_fields(fields, error.faults(language), values, language) }}   # status 422

`scope` is what the process knows; of a task, `cpm.queries.task.view(..., typed=values)` has the fields ready.

What was typed stays as it was typed, whether it fits or not, but for *today* and the like. A field that a condition reveals only at the
submit has not been seen by anybody: `asked` tells the command which were, and it refuses (422) with a problem
at that field, so the form comes back with everything kept and the new field shown. With JavaScript, a page
that passes `refresh_url` has the fields drawn again at each change: that view answers a POST of the same form with
`form_fields(form.present(scope, values), problems, values, language, refresh_url)` and stores nothing; problems are
those of the values (`cpm.queries.task.problems`) if the page told some before, which `judged` says, and none otherwise.
Pages name their own inputs with an underscore first; no field's key begins so. The `<form>` says `novalidate`.
"""

from web.forms.drawing import register
from web.forms.read import asked, judged, posted
from web.forms.rows import moves

__all__ = ["asked", "judged", "moves", "posted", "register"]
